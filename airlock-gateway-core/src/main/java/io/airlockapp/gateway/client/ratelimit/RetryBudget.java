package io.airlockapp.gateway.client.ratelimit;

import io.airlockapp.gateway.support.Ticker;
import java.time.Duration;

/**
 * Budget for the retries of failed requests of an application. While a gateway is in
 * trouble, the retries of many approvals together must not add to its load.
 */
public final class RetryBudget {

	private final int capacity;

	private final long refill;

	private final Ticker ticker;

	private double tokens;

	private long last;

	/**
	 * Create a budget.
	 * @param capacity how many retries may be made at once
	 * @param refill the time in which one more becomes free
	 * @param ticker elapsed time
	 */
	public RetryBudget(int capacity, Duration refill, Ticker ticker) {
		this.capacity = capacity;
		this.refill = refill.toNanos();
		this.ticker = ticker;
		this.tokens = capacity;
		this.last = ticker.nanoTime();
	}

	/**
	 * Take one retry out of the budget.
	 * @return whether there was one
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
