package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;

/**
 * Turn that this instance has taken from the {@link RequestBudget} of all instances. It
 * belongs to no particular request, so that the request with the highest priority at that
 * time can use it. While the budget is unavailable, requests are not delayed. It only
 * computes with the times that it is given, in nanoseconds.
 */
final class SharedTurn {

	/**
	 * Time after which requests no longer wait for a response of the budget.
	 */
	static final long MAX_RESPONSE_TIME = Duration.ofSeconds(1).toNanos();

	/**
	 * Time after which an unused turn is lost. It could otherwise exceed the budget
	 * together with later turns.
	 */
	private static final long VALIDITY = Duration.ofMillis(500).toNanos();

	private static final long RETRY_INTERVAL = Duration.ofSeconds(10).toNanos();

	private final long headStart;

	private boolean requested;

	private long requestedAt;

	private boolean held;

	private long startsAt;

	private boolean unavailable;

	private long retryAt;

	/**
	 * Create a turn that is not taken.
	 * @param period the period of the budget. As each instance has one turn, the time
	 * until a turn grows with their number. Withdrawals and heartbeats therefore can use
	 * it a tenth of the period earlier, as they have a tenth of the budget
	 */
	SharedTurn(Duration period) {
		this.headStart = period.dividedBy(10).toNanos();
	}

	/**
	 * Start to take a turn, if that is necessary.
	 * @param now the elapsed time
	 * @return whether the caller has to take a turn from the budget, and report the
	 * result
	 */
	boolean request(long now) {
		if (this.requested || isValid(now) || (this.unavailable && now - this.retryAt < 0)) {
			return false;
		}
		this.requested = true;
		this.requestedAt = now;
		return true;
	}

	/**
	 * Record that a turn was taken.
	 * @param wait the time to wait until the turn
	 * @param now the elapsed time
	 * @return {@code false} if the response was too late to be used
	 */
	boolean taken(Duration wait, long now) {
		if (now - this.requestedAt > MAX_RESPONSE_TIME) {
			failed(now);
			return false;
		}
		this.requested = false;
		this.unavailable = false;
		this.held = true;
		this.startsAt = now + wait.toNanos();
		return true;
	}

	/**
	 * Record that the budget is unavailable. It is requested again after some time, but
	 * no request waits for that.
	 * @param now the elapsed time
	 */
	void failed(long now) {
		this.requested = false;
		this.unavailable = true;
		this.retryAt = now + RETRY_INTERVAL;
	}

	/**
	 * Return whether the next request waits for a response of the budget.
	 * @param now the elapsed time
	 * @return {@code false} if it waits for the turn, or does not have to wait
	 */
	boolean awaitsResponse(long now) {
		return this.requested && !this.unavailable && !isValid(now) && now - this.requestedAt < MAX_RESPONSE_TIME;
	}

	boolean isAvailable() {
		return !this.unavailable;
	}

	/**
	 * Return the delay of the next request.
	 * @param priority the request's priority
	 * @param now the elapsed time
	 * @return the delay, or 0
	 */
	long delay(RequestPriority priority, long now) {
		if (this.unavailable) {
			return 0;
		}
		if (isValid(now)) {
			return Math.max(0, this.startsAt - now - ((priority == RequestPriority.CONTROL) ? this.headStart : 0));
		}
		return this.requested ? Math.max(0, this.requestedAt + MAX_RESPONSE_TIME - now) : MAX_RESPONSE_TIME;
	}

	private boolean isValid(long now) {
		return this.held && now - this.startsAt <= VALIDITY;
	}

	void use() {
		this.held = false;
	}

}
