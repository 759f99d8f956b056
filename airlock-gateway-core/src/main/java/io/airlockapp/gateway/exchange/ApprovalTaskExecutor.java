package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Provides the threads that wait for approvals and acknowledge decisions. It is a type of
 * its own rather than an executor, so that no lookup of an executor finds it.
 */
public final class ApprovalTaskExecutor implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApprovalTaskExecutor.class);

	private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("airlock-approval-");

	/**
	 * Create the threads.
	 * @param virtual whether they are virtual, where the Java platform has such
	 * @param decorator takes over what belongs to the caller, such as its trace, or
	 * {@code null}
	 */
	public ApprovalTaskExecutor(boolean virtual, @Nullable TaskDecorator decorator) {
		this.executor.setVirtualThreads(virtual);
		this.executor.setDaemon(true);
		this.executor.setTaskDecorator((task) -> logged((decorator != null) ? decorator.decorate(task) : task));
		this.executor.setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
	}

	/**
	 * Nobody waits for what is only executed, so nobody else would say that it failed.
	 */
	private static Runnable logged(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A task in the background failed: " + AirlockGatewayException.safeMessage(ex));
			}
		};
	}

	/**
	 * Return what runs tasks in these threads.
	 * @return the executor
	 */
	public AsyncTaskExecutor executor() {
		return this.executor;
	}

	/**
	 * Wait for a moment for what is still running, and interrupt what then is.
	 */
	@Override
	public void close() {
		this.executor.close();
	}

}
