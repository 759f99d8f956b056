/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

/**
 * Time that passes at once when somebody sleeps.
 */
public final class VirtualTicker implements Ticker {

	private final List<Duration> sleeps = new ArrayList<>();

	private @Nullable Runnable whenSleeping;

	private long nanoTime = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

	/**
	 * Let time pass.
	 * @param duration how much
	 */
	public synchronized void advance(Duration duration) {
		this.nanoTime += duration.toNanos();
	}

	/**
	 * Do something at the begin of the next sleep.
	 * @param action what to do
	 */
	public synchronized void whenSleeping(Runnable action) {
		this.whenSleeping = action;
	}

	@Override
	public synchronized long nanoTime() {
		return this.nanoTime;
	}

	@Override
	public void sleep(Duration duration) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		Runnable action;
		synchronized (this) {
			this.sleeps.add(duration);
			action = this.whenSleeping;
			this.whenSleeping = null;
		}
		if (action != null) {
			action.run();
		}
		advance(duration);
	}

	@Override
	public synchronized void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		this.nanoTime += nanos;
	}

	/**
	 * Return for how long was slept.
	 * @return the durations in their order
	 */
	public synchronized List<Duration> sleeps() {
		return this.sleeps;
	}

}
