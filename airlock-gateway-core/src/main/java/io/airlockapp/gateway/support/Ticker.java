package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Strategy interface for elapsed time and for waiting by it, unaffected by changes of the
 * wall clock.
 */
public interface Ticker {

	/**
	 * Return the time elapsed since some fixed point.
	 * @return the elapsed time in nanoseconds
	 */
	long nanoTime();

	/**
	 * Wait.
	 * @param duration how long to wait
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	void sleep(Duration duration) throws InterruptedException;

	/**
	 * Wait for a condition.
	 * @param lock the condition's lock, which this thread holds
	 * @param condition the condition
	 * @param nanos how many nanoseconds to wait for it at most
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	default void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
		condition.awaitNanos(nanos);
	}

	/**
	 * Return the ticker of the Java platform.
	 * @return the system's ticker
	 */
	static Ticker system() {
		return new Ticker() {

			@Override
			public long nanoTime() {
				return System.nanoTime();
			}

			@Override
			public void sleep(Duration duration) throws InterruptedException {
				TimeUnit.NANOSECONDS.sleep(duration.toNanos());
			}

		};
	}

}
