/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;

/**
 * Executes a run in a thread of its own, so that what a method leaves in its thread is
 * not there in the run of another caller.
 */
final class RunThread {

	private RunThread() {
	}

	/**
	 * Execute a run, and wait for its end. An interrupt is passed on to it.
	 * @param run the run
	 * @return its result
	 * @throws ExecutionException if the run throws anything, which is the cause
	 */
	static <T extends @Nullable Object> T execute(Callable<T> run) throws ExecutionException {
		FutureTask<T> task = new FutureTask<>(run);
		Thread caller = Thread.currentThread();
		// Without the inheritable values of the caller
		Thread thread = new Thread(null, task, caller.getName() + "-call", 0, false);
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
