package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.Arrays;

/**
 * Sliding-window budget of requests: the limit is never exceeded within any period,
 * regardless of priorities. All times are passed in by the caller.
 */
final class SlidingWindow {

	/**
	 * Time within which the refusal of a request is known in most cases.
	 */
	private static final long ROUND_TRIP = Duration.ofMillis(50).toNanos();

	private final long period;

	private final QuotaShare share;

	/**
	 * Times of the grants within the period, as a ring whose length is a power of two.
	 */
	private long[] grants = new long[16];

	private int first;

	private int size;

	private long resumeAt;

	private boolean paused;

	SlidingWindow(int limit, Duration period) {
		this.period = period.toNanos();
		this.share = new QuotaShare(limit, this.period);
	}

	/**
	 * Return the delay of a request, assuming that no other request is sent meanwhile.
	 * @param priority the priority
	 * @param now the elapsed time in nanoseconds
	 * @return the delay in nanoseconds, or 0
	 */
	long delay(RequestPriority priority, long now) {
		forgetUntil(now - this.period);
		long delay = this.paused ? Math.max(0, this.resumeAt - now) : 0;
		int limit = this.share.current(now);
		int capacity = capacity(priority, limit);
		int excess = this.size - capacity;
		if (excess >= 0) {
			delay = Math.max(delay, grantAt(excess) + this.period - now);
		}
		if (this.size > 0) {
			delay = Math.max(delay, grantAt(this.size - 1) + distance(priority, capacity, limit, now) - now);
		}
		return delay;
	}

	/**
	 * Return the least time between two requests. Waits and acknowledgements in a busy
	 * window, and all requests after a pause, are spread evenly; otherwise, a burst would
	 * exhaust the budget until it leaves the window. Other bursts are slowed down, so
	 * that the refusal of a request stops the rest of them.
	 */
	private long distance(RequestPriority priority, int capacity, int limit, long now) {
		long even = this.period / limit;
		boolean resuming = this.paused && now - this.resumeAt < this.period;
		if (resuming || (priority.compareTo(RequestPriority.WAIT) >= 0 && this.size > capacity / 2)) {
			return even;
		}
		return (this.size > capacity / 6) ? Math.min(even, ROUND_TRIP) : 0;
	}

	void grant(long now) {
		if (this.size == this.grants.length) {
			grow();
		}
		this.grants[index(this.size++)] = now;
		if (this.paused && now - this.resumeAt >= this.period) {
			this.paused = false;
		}
	}

	/**
	 * Send no request before a point in time. Overlapping pauses are merged.
	 * @param resumeAt the elapsed time in nanoseconds
	 */
	void pauseUntil(long resumeAt) {
		if (!this.paused || resumeAt - this.resumeAt > 0) {
			this.paused = true;
			this.resumeAt = resumeAt;
		}
	}

	/**
	 * Reduce the number of requests within a period, since the gateway refused one.
	 * @param now the time in nanoseconds
	 */
	void refused(long now) {
		this.share.refused(now);
	}

	private static int capacity(RequestPriority priority, int limit) {
		int control = Math.max(1, limit / 10);
		int submissions = Math.max(1, limit / 30);
		return switch (priority) {
			case CONTROL -> limit;
			case SHORT -> limit - control;
			case WAIT, ACKNOWLEDGE -> limit - control - submissions;
			case HEALTH -> (limit - control - submissions) / 2;
		};
	}

	private void forgetUntil(long time) {
		while (this.size > 0 && grantAt(0) - time <= 0) {
			this.first = index(1);
			this.size--;
		}
	}

	private long grantAt(int position) {
		return this.grants[index(position)];
	}

	private int index(int position) {
		return (this.first + position) & (this.grants.length - 1);
	}

	private void grow() {
		long[] larger = Arrays.copyOf(this.grants, 2 * this.size);
		// The part before the first grant continues after the last one
		System.arraycopy(this.grants, 0, larger, this.size, this.first);
		this.grants = larger;
	}

}
