package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for what is logged when an {@code @Async} method without result is
 * denied. Spring would log an error with a stack trace, and a no is no error. An
 * application with an {@link AsyncConfigurer} of its own keeps what it has.
 */
// Last, since Spring takes one AsyncConfigurer only
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
public final class AirlockAsyncErrorAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AirlockAsyncErrorAutoConfiguration.class);

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

	/**
	 * {@link AsyncConfigurer} that logs one line when an {@code @Async} method without
	 * result is denied, and otherwise behaves as Spring does.
	 */
	private static final class DenialLoggingAsyncConfigurer implements AsyncConfigurer, AsyncUncaughtExceptionHandler {

		private final AsyncConfigurer delegate;

		private final AsyncUncaughtExceptionHandler fallback = new SimpleAsyncUncaughtExceptionHandler();

		DenialLoggingAsyncConfigurer(AsyncConfigurer delegate) {
			this.delegate = delegate;
		}

		@Override
		public @Nullable Executor getAsyncExecutor() {
			return this.delegate.getAsyncExecutor();
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return this;
		}

		@Override
		public void handleUncaughtException(Throwable ex, Method method, @Nullable Object... params) {
			if (ex instanceof AirlockGatewayException) {
				logger.warn("Asynchronous method %s ended without approval: %s"
					.formatted(ClassUtils.getQualifiedMethodName(method), ex.getMessage()));
			}
			else {
				this.fallback.handleUncaughtException(ex, method, params);
			}
		}

	}

}
