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
 * Auto-configuration that logs one line if an {@code @Async} method without a result is
 * denied. By default, Spring would log an error with a stack trace, although a denial is
 * not an error. Backs off if the application has its own {@link AsyncConfigurer}.
 */
// Last, since Spring accepts only one AsyncConfigurer
@AutoConfiguration(after = TaskExecutionAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
public final class AirlockAsyncErrorAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AirlockAsyncErrorAutoConfiguration.class);

	/**
	 * Configurer of Spring Boot, which has no exception handler.
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
	 * {@link AsyncConfigurer} that logs one line if an {@code @Async} method without a
	 * result is denied, and leaves all other exceptions to Spring's default handler.
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
