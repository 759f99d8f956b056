package io.airlockapp.gateway.presence;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ReflectionUtils;

/**
 * Schedules the {@link PresenceHeartbeat}, and nothing else, in a thread of its own:
 * whether or not the application has scheduling enabled, without waking methods that it
 * left dormant, and without taking time of its scheduler.
 */
public final class PresenceScheduling extends ScheduledAnnotationBeanPostProcessor {

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

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
		// Not known, or the SchedulingConfigurers of the application would be called
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		// Not known, for the same reason
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PresenceHeartbeat) {
			ReflectionUtils.doWithMethods(PresenceHeartbeat.class, (method) -> {
				Scheduled scheduled = method.getAnnotation(Scheduled.class);
				if (scheduled != null) {
					processScheduled(scheduled, method, bean);
				}
			});
		}
		return bean;
	}

	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		super.postProcessBeforeDestruction(bean, beanName);
		if (bean instanceof PresenceHeartbeat) {
			// Before the client, which the heartbeat may be using
			this.scheduler.shutdown();
		}
	}

	@Override
	public void destroy() {
		super.destroy();
		this.scheduler.shutdown();
	}

}
