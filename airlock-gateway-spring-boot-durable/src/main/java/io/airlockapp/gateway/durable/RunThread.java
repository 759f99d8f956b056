/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import io.airlockapp.gateway.durable.step.LeftOpenTransactions;
import org.jspecify.annotations.Nullable;

/**
 * Executes code of the application in a thread of its own, so that what a method or a
 * listener leaves in its thread is not there for another caller.
 */
final class RunThread {

	private RunThread() {
	}

	/**
	 * Execute code of the application for which no call runs, and wait for its end. What
	 * it leaves in its thread, such as an open transaction, affects no other call. It has
	 * the inheritable values of the caller, by which tests record events.
	 * @param code the code
	 */
	static void run(Runnable code) {
		try {
			execute(() -> {
				try {
					code.run();
				}
				finally {
					LeftOpenTransactions.end();
				}
				return null;
			}, true);
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
		return execute(run, false);
	}

	private static <T extends @Nullable Object> T execute(Callable<T> run, boolean inheriting)
			throws ExecutionException {
		FutureTask<T> task = new FutureTask<>(run);
		Thread caller = Thread.currentThread();
		Thread thread = new Thread(null, task, caller.getName() + "-call", 0, inheriting);
		thread.setContextClassLoader(caller.getContextClassLoader());
		thread.start();
		while (true) {
			try {
				return task.get();
			}
			catch (InterruptedException ex) {
				thread.interrupt();
			}
		}
	}

}
