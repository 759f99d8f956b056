/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sliding-window budget of requests: the limit is never exceeded within any period,
 * regardless of priorities. All times are passed in by the caller.
 */
final class SlidingWindow {

	/**
	 * Time within which the refusal of a request is known in most cases.
	 */
	private static final long ROUND_TRIP = Duration.ofMillis(50).toNanos();

	/**
	 * Kind of a submission of an origin that has sent nothing recently. The other kinds
	 * are the priorities.
	 */
	private static final int FIRST = RequestPriority.values().length;

	/**
	 * Kind of a withdrawal of such an origin.
	 */
	private static final int FIRST_CONTROL = FIRST + 1;

	private static final int KINDS = FIRST_CONTROL + 1;

	private final int limit;

	private final long period;

	private final QuotaShare share;

	/**
	 * The grants within the period, the earliest one first.
	 */
	private final List<Grant> grants = new ArrayList<>();

	/**
	 * The number of grants within the period by their kind.
	 */
	private final int[] counts = new int[KINDS];

	private long lastWait;

	private long resumeAt;

	private boolean paused;

	SlidingWindow(int limit, Duration period) {
		this.limit = limit;
		this.period = period.toNanos();
		this.share = new QuotaShare(limit, this.period);
	}

	/**
	 * Return the delay of a request, assuming that no other request is sent meanwhile, or
	 * a part of the delay.
	 * @param priority the priority
	 * @param first whether the origin of the request has sent little recently
	 * @param now the elapsed time in nanoseconds
	 * @return the delay in nanoseconds, or 0
	 */
	long delay(RequestPriority priority, boolean first, long now) {
		forgetUntil(now - this.period);
		long delay = this.paused ? Math.max(0, this.resumeAt - now) : 0;
		int limit = this.share.current(now);
		int capacity = capacity(priority, first, limit);
		int excess = this.grants.size() - capacity;
		if (excess >= 0) {
			// The next request to leave the window may be one of the share of this
			// priority
			boolean mayShare = priority == RequestPriority.CONTROL || priority == RequestPriority.WAIT;
			delay = Math.max(delay, grantAt(mayShare ? 0 : excess) + this.period - now);
		}
		if (!this.grants.isEmpty()) {
			delay = Math.max(delay, notBefore(priority, capacity, limit, now) - now);
		}
		return delay;
	}

	/**
	 * Return the earliest time after other requests. Waits and acknowledgements in a busy
	 * window, and all requests after a pause, are spread evenly; otherwise, a burst would
	 * exhaust the budget until it leaves the window. Other bursts are slowed down, so
	 * that the refusal of a request stops the rest of them.
	 */
	private long notBefore(RequestPriority priority, int capacity, int limit, long now) {
		long even = this.period / limit;
		long last = grantAt(this.grants.size() - 1);
		if (this.paused && now - this.resumeAt < this.period) {
			return last + even;
		}
		if (isSpread(priority) && this.grants.size() > capacity / 2 && waits() > 0) {
			// Other requests, which are not spread, do not delay waits any further
			return this.lastWait + even;
		}
		return last + ((this.grants.size() > capacity / 6) ? Math.min(even, ROUND_TRIP) : 0);
	}

	private static boolean isSpread(RequestPriority priority) {
		return priority.compareTo(RequestPriority.WAIT) >= 0;
	}

	/**
	 * Record that a request is sent.
	 */
	void grant(RequestPriority priority, boolean first, long now) {
		int kind = first ? kindOfFirst(priority, this.share.current(now)) : priority.ordinal();
		this.grants.add(new Grant(now, kind));
		this.counts[kind]++;
		if (isSpread(priority)) {
			this.lastWait = now;
		}
		if (this.paused && now - this.resumeAt >= this.period) {
			this.paused = false;
		}
	}

	private int kindOfFirst(RequestPriority priority, int limit) {
		return switch (priority) {
			case CONTROL -> (this.counts[FIRST_CONTROL] < part(limit, 20)) ? FIRST_CONTROL : priority.ordinal();
			case SHORT -> FIRST;
			case WAIT -> (count(priority) < part(limit, 3)) ? priority.ordinal() : FIRST;
			case ACKNOWLEDGE, HEALTH -> priority.ordinal();
		};
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

	/**
	 * Create a pace by which one gate or requester can use a third of the budget, of
	 * which a quarter can be sent at once.
	 */
	RequestPace createPace() {
		return new RequestPace(3 * this.period / this.limit, Math.max(1, this.limit / 12));
	}

	/**
	 * Return whether the withdrawals and heartbeats in the window leave a part of their
	 * share, half of which is for origins that have sent little recently.
	 * @param first whether the origin of the next one is one of these
	 */
	boolean isWithinShareOfControl(boolean first, long now) {
		forgetUntil(now - this.period);
		return unusedControl(first, this.share.current(now)) > 0;
	}

	private int unusedControl(boolean first, int limit) {
		int ofFirst = part(limit, 20);
		int ofAll = unused(part(limit, 10) - ofFirst, count(RequestPriority.CONTROL));
		return first ? ofAll + unused(ofFirst, this.counts[FIRST_CONTROL]) : ofAll;
	}

	/**
	 * Return the number of requests in the window up to which a request can be sent. The
	 * unused parts of the shares of others are left to them: a tenth for withdrawals and
	 * heartbeats, a third for waits, and a thirtieth for origins that have sent little
	 * recently. The latter can also use the half of the tenth that is not for withdrawals
	 * of such origins.
	 */
	private int capacity(RequestPriority priority, boolean first, int limit) {
		int waits = unused(part(limit, 3), count(RequestPriority.WAIT));
		int control = unusedControl(true, limit);
		int others = first ? control - unusedControl(false, limit)
				: control + unused(part(limit, 30), this.counts[FIRST]);
		return switch (priority) {
			case CONTROL -> (unusedControl(first, limit) > 0) ? limit : limit - waits - others;
			case WAIT -> (waits > 0) ? limit : limit - others;
			case SHORT, ACKNOWLEDGE -> limit - waits - others;
			case HEALTH -> (limit - waits - others) / 2;
		};
	}

	private static int part(int limit, int divisor) {
		return Math.max(1, limit / divisor);
	}

	private static int unused(int share, int used) {
		return Math.max(0, share - used);
	}

	private int count(RequestPriority priority) {
		return this.counts[priority.ordinal()];
	}

	private int waits() {
		return count(RequestPriority.WAIT) + count(RequestPriority.ACKNOWLEDGE) + count(RequestPriority.HEALTH)
				+ this.counts[FIRST];
	}

	private void forgetUntil(long time) {
		while (!this.grants.isEmpty() && grantAt(0) - time <= 0) {
			this.counts[this.grants.remove(0).kind()]--;
		}
	}

	private long grantAt(int position) {
		return this.grants.get(position).time();
	}

	private record Grant(long time, int kind) {
	}

}
