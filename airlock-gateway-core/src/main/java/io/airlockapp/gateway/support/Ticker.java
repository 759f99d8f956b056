/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Strategy interface for elapsed time and for pauses in elapsed time, unaffected by
 * changes of the wall clock.
 */
public interface Ticker {

	/**
	 * Return the time elapsed since an arbitrary fixed point.
	 * @return the elapsed time in nanoseconds
	 */
	long nanoTime();

	/**
	 * Pause the current thread.
	 * @param duration the duration of the pause
	 * @throws InterruptedException if the thread is interrupted during the pause
	 */
	void sleep(Duration duration) throws InterruptedException;

	/**
	 * Wait for a condition.
	 * @param lock the condition's lock, which the current thread holds
	 * @param condition the condition
	 * @param nanos the maximum time to wait in nanoseconds
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	default void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
		WaitScope.await(() -> {
			lock.lock();
			try {
				condition.signalAll();
			}
			finally {
				lock.unlock();
			}
		}, () -> condition.awaitNanos(nanos));
	}

	/**
	 * Return the ticker of the Java platform.
	 * @return the system ticker
	 */
	static Ticker system() {
		return new Ticker() {

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

			@Override
			public void sleep(Duration duration) throws InterruptedException {
				CountDownLatch end = new CountDownLatch(1);
				WaitScope.await(end::countDown, () -> end.await(duration.toNanos(), TimeUnit.NANOSECONDS));
				if (WaitScope.interrupted()) {
					throw new InterruptedException("The pause was ended");
				}
			}

		};
	}

}
