/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Holds the last result of a check that is too expensive to be run by each thread. Only
 * one thread at a time runs the check; the others receive the previous result.
 *
 * @param <T> the type of the result
 */
public final class CoalescedResult<T> {

	/**
	 * The maximum time to wait for another thread's check if there is no result yet.
	 */
	private static final Duration MAX_WAIT = Duration.ofSeconds(2);

	private final ReentrantLock running = new ReentrantLock();

	private volatile @Nullable T last;

	/**
	 * Return the last result. If it is not fresh, run the check first, unless another
	 * thread is running it.
	 * @param fresh the predicate for results that need no new check
	 * @param check the check, which receives the last result, if there is one, and
	 * returns the next one, which can be the same
	 * @return the result, or {@code null} if there is none yet
	 */
	public @Nullable T get(Predicate<T> fresh, UnaryOperator<@Nullable T> check) {
		T known = this.last;
		if (known != null && fresh.test(known)) {
			return known;
		}
		if (!tryToRun((known != null) ? Duration.ZERO : MAX_WAIT)) {
			return known;
		}
		try {
			if (this.last == known) {
				this.last = check.apply(known);
			}
			return this.last;
		}
		finally {
			this.running.unlock();
		}
	}

	private boolean tryToRun(Duration maxWait) {
		try {
			return this.running.tryLock(maxWait.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
