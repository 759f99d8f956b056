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
 * Provides the threads that wait for approvals and acknowledge decisions. It does not
 * implement an executor interface, so that no lookup of an executor bean finds it.
 */
public final class ApprovalTaskExecutor implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApprovalTaskExecutor.class);

	private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("airlock-approval-");

	private final SimpleAsyncTaskExecutor applicationExecutor = new SimpleAsyncTaskExecutor(
			ApprovalTaskExecutor::newThread);

	/**
	 * Create the executor.
	 * @param virtual whether to use virtual threads, if the Java platform supports them
	 * @param decorator the decorator that transfers the caller's context, such as its
	 * trace, or {@code null}
	 */
	public ApprovalTaskExecutor(boolean virtual, @Nullable TaskDecorator decorator) {
		this.executor.setVirtualThreads(virtual);
		this.executor.setDaemon(true);
		this.executor.setTaskDecorator((task) -> logged((decorator != null) ? decorator.decorate(task) : task));
		this.executor.setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
		this.applicationExecutor.setTaskDecorator(ApprovalTaskExecutor::logged);
		this.applicationExecutor.setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
	}

	/**
	 * Create a thread that inherits nothing, such as the user, from the current one.
	 */
	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(null, task, "airlock-application", 0, false);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Logs failures, since no caller observes those of a task without a future.
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
	 * Return the executor for tasks on behalf of the caller and its user.
	 * @return the executor
	 */
	public AsyncTaskExecutor executor() {
		return this.executor;
	}

	/**
	 * Return the executor for tasks whose results are shared by all users. Its threads
	 * belong to no user, so that requests have the credentials of the application only.
	 * @return the executor
	 */
	public AsyncTaskExecutor applicationExecutor() {
		return this.applicationExecutor;
	}

	/**
	 * Wait for running tasks up to a short timeout, and interrupt the remaining ones.
	 */
	@Override
	public void close() {
		this.executor.close();
		this.applicationExecutor.close();
	}

}
