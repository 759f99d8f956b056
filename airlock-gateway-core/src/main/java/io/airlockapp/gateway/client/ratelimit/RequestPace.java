/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Limits the rate of requests of each guarded method and of each requester: a burst can
 * be sent at once, and all others are spread evenly. It also orders origins, so that the
 * one that was served least goes first. It only computes with the times that it is given,
 * in nanoseconds.
 */
final class RequestPace {

	private static final long IDLE = Long.MIN_VALUE / 2;

	private static final int MAX_IDLE_KEYS = 1000;

	private final Map<@Nullable String, Long> gates = new HashMap<>();

	private final Map<String, Long> requesters = new HashMap<>();

	private final long interval;

	private final long burst;

	/**
	 * Create a pace.
	 * @param interval the time between two requests
	 * @param burst the number of requests that can be sent at once
	 */
	RequestPace(long interval, int burst) {
		this.interval = interval;
		this.burst = (burst - 1) * interval;
	}

	/**
	 * Return how far an origin is ahead of its even rate. Over time, the leads of all
	 * origins decrease equally, so their order changes only when a request is sent.
	 * @param origin the origin
	 * @param now the elapsed time
	 * @return the lead, which is negative or 0 if it has sent nothing recently
	 */
	long lead(RequestOrigin origin, long now) {
		long lead = lead(this.gates, origin.gate(), now);
		return (origin.requester() != null) ? Math.max(lead, lead(this.requesters, origin.requester(), now)) : lead;
	}

	/**
	 * Return the delay of the next request of an origin.
	 */
	long delay(RequestOrigin origin, long now) {
		return origin.equals(RequestOrigin.APPLICATION) ? 0 : Math.max(0, lead(origin, now) - this.burst);
	}

	/**
	 * Return the lead of an origin after the first requests of a withdrawal: the
	 * withdrawal itself, the status, and the wait for the decision.
	 */
	long withdrawal() {
		return 2 * this.interval;
	}

	/**
	 * Record that a request was sent.
	 */
	void sent(RequestOrigin origin, long now) {
		advance(this.gates, origin.gate(), now);
		if (origin.requester() != null) {
			advance(this.requesters, origin.requester(), now);
		}
	}

	private void advance(Map<@Nullable String, Long> times, @Nullable String key, long now) {
		long lead = Math.max(0, lead(times, key, now)) + this.interval;
		// Withdrawals are not delayed, so they must not delay later submissions for long
		times.put(key, now + Math.min(lead, 2 * this.burst + this.interval));
		if (times.size() > MAX_IDLE_KEYS) {
			times.values().removeIf((time) -> time - now <= 0);
		}
	}

	private static long lead(Map<@Nullable String, Long> times, @Nullable String key, long now) {
		Long time = times.get(key);
		return (time != null) ? time - now : IDLE;
	}

}
