package io.airlockapp.gateway.autoconfigure;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.util.ClassUtils;

/**
 * {@link AsyncConfigurer} that logs one line when an {@code @Async} method without result
 * is denied, and otherwise behaves as Spring does.
 */
final class DenialLoggingAsyncConfigurer implements AsyncConfigurer, AsyncUncaughtExceptionHandler {

	private static final Log logger = LogFactory.getLog(DenialLoggingAsyncConfigurer.class);

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
