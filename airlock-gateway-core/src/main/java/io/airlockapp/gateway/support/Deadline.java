package io.airlockapp.gateway.support;

import java.time.Duration;

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
	 * @param duration how far away it is
	 * @param ticker the time
	 * @return the deadline
	 */
	public static Deadline in(Duration duration, Ticker ticker) {
		return new Deadline(ticker, ticker.nanoTime() + duration.toNanos());
	}

	/**
	 * Return a deadline that comes before this one.
	 * @param duration by how much
	 * @return the earlier deadline
	 */
	public Deadline minus(Duration duration) {
		return new Deadline(this.ticker, this.nanoTime - duration.toNanos());
	}

	/**
	 * Return a deadline that comes after this one.
	 * @param duration by how much
	 * @return the later deadline
	 */
	public Deadline plus(Duration duration) {
		return new Deadline(this.ticker, this.nanoTime + duration.toNanos());
	}

	/**
	 * Return how much time is left.
	 * @return the time left, never negative
	 */
	public Duration remaining() {
		return Duration.ofNanos(Math.max(0, this.nanoTime - this.ticker.nanoTime()));
	}

	/**
	 * Return whether the deadline is reached.
	 * @return {@code true} if no time is left
	 */
	public boolean isOver() {
		return remaining().isZero();
	}

}
