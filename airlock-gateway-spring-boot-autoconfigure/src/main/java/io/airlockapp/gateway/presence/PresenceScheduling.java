/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.presence;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Schedules the {@link PresenceHeartbeat} in its own thread. It works whether or not the
 * application has enabled scheduling, and does not use its scheduler. It starts after all
 * other components, so that an application that fails to start is never present.
 */
public final class PresenceScheduling implements ScheduledTaskHolder, SmartLifecycle, DisposableBean {

	private static final long END_SECONDS = 2;

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private final PresenceHeartbeat heartbeat;

	private final Duration interval;

	private volatile @Nullable HeartbeatProcessor processor;

	/**
	 * Create the scheduling.
	 * @param heartbeat the heartbeat
	 * @param interval the time from the end of a heartbeat to the start of the next one
	 */
	public PresenceScheduling(PresenceHeartbeat heartbeat, Duration interval) {
		this.heartbeat = heartbeat;
		this.interval = interval;
		this.scheduler.setThreadNamePrefix("airlock-presence-");
		this.scheduler.setDaemon(true);
		this.scheduler.initialize();
	}

	@Override
	public Set<ScheduledTask> getScheduledTasks() {
		HeartbeatProcessor started = this.processor;
		return (started != null) ? started.getScheduledTasks() : Set.of();
	}

	@Override
	public void start() {
		if (!isRunning()) {
			HeartbeatProcessor started = new HeartbeatProcessor();
			started.setScheduler(this.scheduler);
			started.setEmbeddedValueResolver(
					(text) -> text.equals(PresenceHeartbeat.INTERVAL) ? this.interval.toString() : text);
			started.schedule(this.heartbeat);
			this.processor = started;
		}
	}

	@Override
	public void stop() {
		// Heartbeats continue until this bean is destroyed
	}

	@Override
	public boolean isRunning() {
		return this.processor != null;
	}

	/**
	 * Stop the heartbeats. This bean is destroyed before the client, which the heartbeat
	 * may be using. A running heartbeat ends, unless that takes too long.
	 */
	@Override
	public void destroy() {
		ExecutorService executor = this.scheduler.getScheduledExecutor();
		executor.shutdown();
		try {
			executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.scheduler.shutdown();
	}

	/**
	 * Schedules the heartbeat by its annotation. It is not a bean, because it would also
	 * schedule methods of an application that has not enabled scheduling.
	 */
	private static final class HeartbeatProcessor extends ScheduledAnnotationBeanPostProcessor {

		private void schedule(PresenceHeartbeat heartbeat) {
			Method beat = ClassUtils.getMethod(PresenceHeartbeat.class, "beat");
			Scheduled scheduled = AnnotatedElementUtils.findMergedAnnotation(beat, Scheduled.class);
			Assert.state(scheduled != null, "The heartbeat must be scheduled");
			processScheduled(scheduled, beat, heartbeat);
			afterSingletonsInstantiated();
		}

	}

}
