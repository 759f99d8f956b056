/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.airlockapp.gateway.durable.step.LeftOpenTransactions;
import org.jspecify.annotations.Nullable;

/**
 * Executes code of the application in a thread of its own, so that what a method or a
 * listener leaves in its thread is not there for another caller.
 */
final class RunThread {

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private RunThread() {
	}

	/**
	 * Execute code of the application for which no call runs, and wait for its end. What
	 * it leaves in its thread, such as an open transaction, affects no other call. It has
	 * the inheritable values of the caller, by which tests record events.
	 * @param code the code
	 */
	static void run(Runnable code) {
		run(code, FOREVER);
	}

	/**
	 * Execute code of the application as {@link #run(Runnable)} does, but wait for a time
	 * at most.
	 * @param code the code
	 * @param limit the maximum time
	 * @return whether the code has ended
	 */
	static boolean run(Runnable code, Duration limit) {
		try {
			execute(() -> {
				try {
					code.run();
				}
				finally {
					LeftOpenTransactions.end();
				}
				return true;
			}, true, limit);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof RuntimeException failure) ? failure
					: new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * Execute a run without the inheritable values of the caller, and wait for its end.
	 * An interrupt is passed on to it.
	 * @param run the run
	 * @return its result
	 * @throws ExecutionException if the run throws anything, which is the cause
	 */
	static <T extends @Nullable Object> T execute(Callable<T> run) throws ExecutionException {
		try {
			return execute(run, false, FOREVER);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T extends @Nullable Object> T execute(Callable<T> run, boolean inheriting, Duration limit)
			throws ExecutionException, TimeoutException {
		FutureTask<T> task = new FutureTask<>(run);
		Thread caller = Thread.currentThread();
		Thread thread = new Thread(null, task, caller.getName() + "-call", 0, inheriting);
		thread.setContextClassLoader(caller.getContextClassLoader());
		if (limit != FOREVER) {
			// Nobody may wait for its end, so that it must not keep a process alive
			thread.setDaemon(true);
		}
		long start = System.nanoTime();
		thread.start();
		while (true) {
			try {
				return task.get(limit.toNanos() - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				thread.interrupt();
			}
		}
	}

}
