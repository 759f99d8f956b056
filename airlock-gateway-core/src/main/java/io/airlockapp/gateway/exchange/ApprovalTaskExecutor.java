/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
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
			new DetachedThreadFactory("airlock-application-"));

	private final Set<WaitScope> running = ConcurrentHashMap.newKeySet();

	/**
	 * Create the executor.
	 * @param virtual whether to use virtual threads, which the Java platform has to
	 * support
	 * @param decorator the decorator that transfers the caller's context, such as its
	 * trace, or {@code null}
	 */
	public ApprovalTaskExecutor(boolean virtual, @Nullable TaskDecorator decorator) {
		this.executor.setVirtualThreads(virtual);
		this.executor.setDaemon(true);
		this.executor
			.setTaskDecorator((task) -> scoped(logged(task, (decorator != null) ? decorator.decorate(task) : task)));
		this.applicationExecutor.setTaskDecorator((task) -> logged(task, task));
		this.applicationExecutor.setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
	}

	private Runnable scoped(Runnable task) {
		WaitScope scope = new WaitScope();
		// Now, so that the wait of a task whose thread starts after close() ends, too
		this.running.add(scope);
		return () -> {
			try (scope) {
				scope.enter();
				task.run();
			}
			finally {
				this.running.remove(scope);
				synchronized (this.running) {
					this.running.notifyAll();
				}
			}
		};
	}

	/**
	 * Logs failures, since no caller observes those of a task without a future, and
	 * abandons a task that was not run.
	 */
	private static Runnable logged(Runnable task, Runnable decorated) {
		return () -> {
			BackgroundTask background = (task instanceof BackgroundTask known) ? known : null;
			try {
				decorated.run();
			}
			catch (Throwable ex) {
				logger.error("A task in the background failed: " + AirlockGatewayException.safeMessage(ex));
				if (background != null) {
					background.abandon(ex);
				}
			}
			if (background != null) {
				background.abandonUnlessBegun();
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
	 * Accept no more tasks, wait for running ones up to a short timeout, and end the
	 * waits of the remaining ones. Tasks that wait for decisions are not interrupted
	 * while they do anything else.
	 */
	@Override
	public void close() {
		this.executor.close();
		Deadline.in(TERMINATION_TIMEOUT, Ticker.system()).await(this.running, this.running::isEmpty);
		this.running.forEach(WaitScope::cancel);
		this.applicationExecutor.close();
	}

}
