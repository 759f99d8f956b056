package io.airlockapp.gateway.presence;

import java.lang.reflect.Method;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ClassUtils;

/**
 * Schedules the {@link PresenceHeartbeat}, and nothing else, in its own thread. It works
 * whether or not the application has enabled scheduling, does not activate the
 * application's dormant scheduled methods, and does not use its scheduler. It starts
 * after all other components, so that an application that fails to start is never
 * present.
 */
public final class PresenceScheduling extends ScheduledAnnotationBeanPostProcessor implements SmartLifecycle {

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private boolean running;

	/**
	 * Create the scheduling.
	 */
	public PresenceScheduling() {
		this.scheduler.setThreadNamePrefix("airlock-presence-");
		this.scheduler.setDaemon(true);
		this.scheduler.initialize();
		setScheduler(this.scheduler);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		// Ignored, since otherwise the SchedulingConfigurers of the application would be
		// called
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		// Ignored for the same reason
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PresenceHeartbeat) {
			Method beat = ClassUtils.getMethod(PresenceHeartbeat.class, "beat");
			processScheduled(beat.getAnnotation(Scheduled.class), beat, bean);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		// Deferred to start()
	}

	@Override
	public void start() {
		if (!this.running) {
			this.running = true;
			super.afterSingletonsInstantiated();
		}
	}

	@Override
	public void stop() {
		// Heartbeats continue until the heartbeat bean is destroyed
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		super.postProcessBeforeDestruction(bean, beanName);
		if (bean instanceof PresenceHeartbeat) {
			// Before the client is destroyed, which the heartbeat may be using
			this.scheduler.shutdown();
		}
	}

}
