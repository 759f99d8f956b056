/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;

import io.airlockapp.gateway.support.Ticker;

/**
 * Budget for the retries of failed requests of an application. It prevents the retries of
 * many approvals from adding to the load of a failing gateway.
 */
public final class RetryBudget {

	private final int capacity;

	private final long refill;

	private final Ticker ticker;

	private double tokens;

	private long last;

	/**
	 * Create a budget.
	 * @param capacity the maximum number of retries in a burst
	 * @param refill the time after which one more retry is available
	 * @param ticker the ticker for elapsed time
	 */
	public RetryBudget(int capacity, Duration refill, Ticker ticker) {
		this.capacity = capacity;
		this.refill = refill.toNanos();
		this.ticker = ticker;
		this.tokens = capacity;
		this.last = ticker.nanoTime();
	}

	/**
	 * Take one retry from the budget.
	 * @return {@code false} if none is available
	 */
	public synchronized boolean tryTake() {
		long now = this.ticker.nanoTime();
		this.tokens = Math.min(this.capacity, this.tokens + (double) (now - this.last) / this.refill);
		this.last = now;
		if (this.tokens < 1) {
			return false;
		}
		this.tokens--;
		return true;
	}

}
