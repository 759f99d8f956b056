package io.airlockapp.gateway.presence;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

/**
 * Schedules the {@link PresenceHeartbeat} in its own thread. It works whether or not the
 * application has enabled scheduling, and does not use its scheduler. It starts after all
 * other components, so that an application that fails to start is never present.
 */
public final class PresenceScheduling implements ScheduledTaskHolder, SmartLifecycle, DisposableBean {

	/**
	 * Initial delay, so that the first heartbeat does not prolong the start of the
	 * application.
	 */
	private static final Duration INITIAL_DELAY = Duration.ofSeconds(1);

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private final FixedDelayTask task;

	private volatile @Nullable ScheduledTask scheduled;

	/**
	 * Create the scheduling.
	 * @param heartbeat the heartbeat
	 * @param interval the time from the end of a heartbeat to the start of the next one
	 */
	public PresenceScheduling(PresenceHeartbeat heartbeat, Duration interval) {
		this.scheduler.setThreadNamePrefix("airlock-presence-");
		this.scheduler.setDaemon(true);
		this.scheduler.initialize();
		this.task = new FixedDelayTask(new Beat(heartbeat), interval, INITIAL_DELAY);
	}

	@Override
	public Set<ScheduledTask> getScheduledTasks() {
		ScheduledTask scheduled = this.scheduled;
		return (scheduled != null) ? Set.of(scheduled) : Set.of();
	}

	@Override
	public void start() {
		if (!isRunning()) {
			ScheduledTaskRegistrar registrar = new ScheduledTaskRegistrar();
			registrar.setTaskScheduler(this.scheduler);
			this.scheduled = registrar.scheduleFixedDelayTask(this.task);
		}
	}

	@Override
	public void stop() {
		// Heartbeats continue until this bean is destroyed
	}

	@Override
	public boolean isRunning() {
		return this.scheduled != null;
	}

	/**
	 * Stop the heartbeats. This bean is destroyed before the client, which the heartbeat
	 * may be using.
	 */
	@Override
	public void destroy() {
		this.scheduler.shutdown();
	}

	/**
	 * Heartbeat with the name under which the actuator lists it.
	 */
	private record Beat(PresenceHeartbeat heartbeat) implements Runnable {

		@Override
		public void run() {
			this.heartbeat.beat();
		}

		@Override
		public String toString() {
			return PresenceHeartbeat.class.getName() + ".beat";
		}

	}

}
