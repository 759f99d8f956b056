/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

/**
 * Estimates the part of the gateway's quota that this instance can use, since instances
 * of an application share a quota without knowledge of each other. A refusal reduces the
 * part by a third, and each period without a refusal increases it by a sixtieth of the
 * limit (additive increase, multiplicative decrease). It only computes with the times
 * that it is given.
 */
final class QuotaShare {

	private static final int MIN_SHARE = 5;

	private final int limit;

	private final long period;

	private final int increment;

	private int share;

	private long changedAt;

	QuotaShare(int limit, long period) {
		this.limit = limit;
		this.period = period;
		this.increment = Math.max(1, limit / 60);
		this.share = limit;
	}

	/**
	 * Return the number of requests that this instance can send within a period.
	 * @param now the time in nanoseconds
	 * @return the number of requests
	 */
	int current(long now) {
		if (this.share < this.limit) {
			long periods = (now - this.changedAt) / this.period;
			if (periods > 0) {
				this.share = (int) Math.min(this.limit, this.share + periods * this.increment);
				this.changedAt += periods * this.period;
			}
		}
		return this.share;
	}

	/**
	 * Reduce the share, since the gateway refused a request for its quota. Refusals
	 * within half a period count once, as their requests were sent with the same share.
	 * @param now the time in nanoseconds
	 */
	void refused(long now) {
		int current = current(now);
		if (current == this.limit || now - this.changedAt > this.period / 2) {
			this.share = Math.max(Math.min(MIN_SHARE, this.limit), current * 2 / 3);
			this.changedAt = now;
		}
	}

}
