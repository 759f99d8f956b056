package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sliding-window budget of requests: the limit is never exceeded within any period,
 * regardless of priorities. All times are passed in by the caller.
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
	 * Return the delay of a request, assuming that no other request is sent meanwhile.
	 * @param priority the priority
	 * @param now the elapsed time in nanoseconds
	 * @return the delay in nanoseconds, or 0
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
	 * Return whether requests are spread evenly: waits and acknowledgements in a busy
	 * window, and all requests after a pause. Otherwise, a burst would exhaust the budget
	 * until it leaves the window.
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
	 * Send no request before a point in time. Overlapping pauses are merged.
	 * @param resumeAt the elapsed time in nanoseconds
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
