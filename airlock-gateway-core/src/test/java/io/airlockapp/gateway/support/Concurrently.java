/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Executes actions at the same time.
 */
public final class Concurrently {

	private Concurrently() {
	}

	/**
	 * Execute an action in many threads, which begin together.
	 * @param <T> the type of results
	 * @param threads the number of threads
	 * @param action the action
	 * @return the results
	 * @throws Exception if an action fails
	 */
	public static <T> List<T> call(int threads, Callable<T> action) throws Exception {
		return call(Collections.nCopies(threads, action));
	}

	/**
	 * Execute actions in a thread each, which begin together.
	 * @param <T> the type of results
	 * @param actions the actions
	 * @return the results in the order of the actions
	 * @throws Exception if an action fails
	 */
	public static <T> List<T> call(List<Callable<T>> actions) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(actions.size());
		try {
			CyclicBarrier start = new CyclicBarrier(actions.size());
			List<Future<T>> running = actions.stream().map((action) -> threads.submit(() -> {
				start.await();
				return action.call();
			})).toList();
			List<T> results = new ArrayList<>();
			for (Future<T> result : running) {
				results.add(result.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

}
