/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A point in elapsed time.
 */
public final class Deadline {

	private final Ticker ticker;

	private final long nanoTime;

	private Deadline(Ticker ticker, long nanoTime) {
		this.ticker = ticker;
		this.nanoTime = nanoTime;
	}

	/**
	 * Create a deadline.
	 * @param duration the time until the deadline
	 * @param ticker the ticker for elapsed time
	 * @return the deadline
	 */
	public static Deadline in(Duration duration, Ticker ticker) {
		return new Deadline(ticker, ticker.nanoTime() + duration.toNanos());
	}

	/**
	 * Return an earlier deadline.
	 * @param duration the time by which it is earlier
	 * @return the earlier deadline
	 */
	public Deadline minus(Duration duration) {
		return new Deadline(this.ticker, this.nanoTime - duration.toNanos());
	}

	/**
	 * Return a later deadline.
	 * @param duration the time by which it is later
	 * @return the later deadline
	 */
	public Deadline plus(Duration duration) {
		return new Deadline(this.ticker, this.nanoTime + duration.toNanos());
	}

	/**
	 * Return the remaining time.
	 * @return the remaining time, never negative
	 */
	public Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.nanoTime - this.ticker.nanoTime()));
	}

	/**
	 * Return whether the deadline is reached.
	 * @return {@code true} if no time remains
	 */
	public boolean isOver() {
		return remaining().isZero();
	}

	/**
	 * Wait until a condition is met, this deadline is reached, or the thread is
	 * interrupted, which it remains.
	 * @param monitor the object that is notified when the condition may be met
	 * @param condition the condition
	 */
	public void await(Object monitor, BooleanSupplier condition) {
		synchronized (monitor) {
			try {
				while (!condition.getAsBoolean() && !isOver()) {
					monitor.wait(Math.max(1, remaining().toMillis()));
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
