package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sliding-window budget of requests: never more than the limit within any period,
 * whatever their priority. It only computes with the times that it is given.
 */
final class SlidingWindow {

	private final int limit;

	private final long period;

	private final Deque<Long> grants = new ArrayDeque<>();

	private long resumeAt;

	private boolean paused;

	SlidingWindow(int limit, Duration period) {
		this.limit = limit;
		this.period = period.toNanos();
	}

	/**
	 * Return how long a call of a priority has to wait, if no other is made meanwhile.
	 * @param priority the priority
	 * @param now the time in nanoseconds
	 * @return the time to wait in nanoseconds, or 0
	 */
	long delay(RequestPriority priority, long now) {
		forgetUntil(now - this.period);
		long delay = this.paused ? Math.max(0, this.resumeAt - now) : 0;
		int capacity = capacity(priority);
		int excess = this.grants.size() - capacity;
		if (excess >= 0) {
			long[] times = this.grants.stream().mapToLong(Long::longValue).toArray();
			delay = Math.max(delay, times[excess] + this.period - now);
		}
		Long last = this.grants.peekLast();
		if (last != null && isPaced(priority, capacity, now)) {
			delay = Math.max(delay, last + this.period / this.limit - now);
		}
		return delay;
	}

	/**
	 * Waits and receipts in a busy window, and everything after a pause, are spread
	 * evenly: a burst would leave nobody a call until it leaves the window.
	 */
	private boolean isPaced(RequestPriority priority, int capacity, long now) {
		boolean resuming = this.paused && now - this.resumeAt < this.period;
		return resuming || (priority.compareTo(RequestPriority.WAIT) >= 0 && this.grants.size() > capacity / 2);
	}

	void grant(long now) {
		this.grants.addLast(now);
		if (this.paused && now - this.resumeAt >= this.period) {
			this.paused = false;
		}
	}

	/**
	 * Make no call before a time. Several calls that are told to wait make one pause.
	 * @param resumeAt the time in nanoseconds
	 */
	void pauseUntil(long resumeAt) {
		if (!this.paused || resumeAt - this.resumeAt > 0) {
			this.paused = true;
			this.resumeAt = resumeAt;
		}
	}

	private int capacity(RequestPriority priority) {
		int control = Math.max(1, this.limit / 10);
		int submissions = Math.max(1, this.limit / 30);
		return switch (priority) {
			case CONTROL -> this.limit;
			case SHORT -> this.limit - control;
			case WAIT, ACKNOWLEDGE -> this.limit - control - submissions;
			case HEALTH -> (this.limit - control - submissions) / 2;
		};
	}

	private void forgetUntil(long time) {
		while (!this.grants.isEmpty() && this.grants.peekFirst() - time <= 0) {
			this.grants.removeFirst();
		}
	}

}
