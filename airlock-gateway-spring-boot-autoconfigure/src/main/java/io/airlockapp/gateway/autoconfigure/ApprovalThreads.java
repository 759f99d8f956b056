package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * The threads that wait for approvals in the background and acknowledge decisions. They
 * end with the application. Their executor is no bean, or applications that look for one
 * would find it.
 */
final class ApprovalThreads implements AutoCloseable {

	private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

	private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("airlock-approval-");

	ApprovalThreads(boolean virtual) {
		this.executor.setVirtualThreads(virtual);
		this.executor.setDaemon(true);
		this.executor.setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
	}

	AsyncTaskExecutor executor() {
		return this.executor;
	}

	/**
	 * Let acknowledgements that are under way end within two seconds, then interrupt what
	 * is left.
	 */
	@Override
	public void close() {
		this.executor.close();
	}

}
