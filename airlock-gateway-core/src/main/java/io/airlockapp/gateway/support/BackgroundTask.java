/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.springframework.core.task.TaskDecorator;

/**
 * Task for another thread that either begins or is abandoned, so that nobody waits in
 * vain for one that is not run. Its thread may be refused, and what decorates it, such as
 * a binding to a user, may fail in that thread before the task begins.
 */
public final class BackgroundTask implements Runnable {

	private final AtomicBoolean begun = new AtomicBoolean();

	private final Runnable task;

	private final Consumer<Throwable> abandoned;

	private volatile Runnable decorated = this::begin;

	private BackgroundTask(Runnable task, Consumer<Throwable> abandoned) {
		this.task = task;
		this.abandoned = abandoned;
	}

	/**
	 * Execute a task.
	 * @param executor the executor
	 * @param decorator the decorator that binds the task to the current thread's user
	 * @param task the task
	 * @param abandoned called with the reason, in place of the task, if that cannot begin
	 * @return the task
	 */
	public static BackgroundTask execute(Executor executor, TaskDecorator decorator, Runnable task,
			Consumer<Throwable> abandoned) {
		BackgroundTask created = new BackgroundTask(task, abandoned);
		try {
			created.decorated = decorator.decorate(created::begin);
			executor.execute(created);
		}
		catch (Throwable ex) {
			if (!created.abandon(ex)) {
				throw ex;
			}
		}
		return created;
	}

	private void begin() {
		if (this.begun.compareAndSet(false, true)) {
			this.task.run();
		}
	}

	@Override
	public void run() {
		try {
			this.decorated.run();
		}
		catch (Throwable ex) {
			if (!abandon(ex)) {
				throw ex;
			}
		}
		abandonUnlessBegun();
	}

	/**
	 * Abandon the task if it has not begun, although what decorates it has ended, or its
	 * result is known.
	 */
	public void abandonUnlessBegun() {
		if (!this.begun.get()) {
			abandon(new IllegalStateException("The task was not run"));
		}
	}

	/**
	 * Abandon the task unless it has begun. It cannot begin then.
	 * @param reason the reason
	 * @return {@code false} if the task has begun, or was abandoned before
	 */
	public boolean abandon(Throwable reason) {
		boolean first = this.begun.compareAndSet(false, true);
		if (first) {
			this.abandoned.accept(reason);
		}
		return first;
	}

}
