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
 * Auto-configuration that logs one line if a {@code @Scheduled} method is denied. By
 * default, Spring would log an error with a stack trace, although a denial is not an
 * error. Backs off if the application has a bean that may have an error handler.
 */
// Before Spring Boot's own TaskScheduler, which has no error handler
@AutoConfiguration(before = TaskSchedulingAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
public final class AirlockScheduledErrorAutoConfiguration {

	// Each of these may have an error handler, which cannot be determined from outside
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
