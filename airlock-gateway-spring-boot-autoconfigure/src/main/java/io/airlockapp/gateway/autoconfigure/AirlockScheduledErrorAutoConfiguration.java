package io.airlockapp.gateway.autoconfigure;

import java.util.concurrent.ScheduledExecutorService;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerCustomizer;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Auto-configuration for what is logged when a {@code @Scheduled} method is denied.
 * Spring would log an error with a stack trace, and a no is no error. An application with
 * a bean that could have an error handler keeps what it has.
 */
// Before Spring Boot's own TaskScheduler, which has no error handler
@AutoConfiguration(before = TaskSchedulingAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
public final class AirlockScheduledErrorAutoConfiguration {

	// Each of these could have an error handler, and can't be asked for it
	@Bean
	@ConditionalOnMissingBean({ TaskScheduler.class, ScheduledExecutorService.class,
			ThreadPoolTaskSchedulerBuilder.class, ThreadPoolTaskSchedulerCustomizer.class,
			SimpleAsyncTaskSchedulerBuilder.class, SimpleAsyncTaskSchedulerCustomizer.class })
	SchedulingConfigurer airlockSchedulingConfigurer() {
		return (registrar) -> {
			if (registrar.getScheduler() instanceof TaskSchedulerRouter scheduler) {
				registrar.setTaskScheduler(new DenialLoggingTaskScheduler(scheduler));
			}
		};
	}

}
