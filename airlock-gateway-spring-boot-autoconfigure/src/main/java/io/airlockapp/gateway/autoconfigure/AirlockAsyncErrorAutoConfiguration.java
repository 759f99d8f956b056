package io.airlockapp.gateway.autoconfigure;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Auto-configuration for what is logged when an {@code @Async} method without result is
 * denied. Spring would log an error with a stack trace, and a no is no error. An
 * application with an {@link AsyncConfigurer} of its own keeps what it has.
 */
// Last, since Spring takes one AsyncConfigurer only
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
public final class AirlockAsyncErrorAutoConfiguration {

	/**
	 * Spring Boot's own, which has no handler.
	 */
	private static final String DEFAULT_ASYNC_CONFIGURER = "applicationTaskExecutorAsyncConfigurer";

	@Bean
	static BeanPostProcessor airlockAsyncConfigurerPostProcessor() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				boolean silent = DEFAULT_ASYNC_CONFIGURER.equals(beanName) && bean instanceof AsyncConfigurer configurer
						&& configurer.getAsyncUncaughtExceptionHandler() == null;
				return silent ? new DenialLoggingAsyncConfigurer((AsyncConfigurer) bean) : bean;
			}

		};
	}

	@Bean
	@ConditionalOnMissingBean
	AsyncConfigurer airlockAsyncConfigurer() {
		return new DenialLoggingAsyncConfigurer(new AsyncConfigurer() {
		});
	}

}
