package io.airlockapp.gateway.client.ratelimit;

/**
 * Priority of a request when the rate limit makes requests queue: those of the first
 * constant go first.
 */
public enum RequestPriority {

	/**
	 * Withdrawals and heartbeats. A share of the budget is theirs alone.
	 */
	CONTROL,

	/**
	 * Submissions, and the short calls that something waits for: policies, pairing, the
	 * status of an exchange. They share a part of the budget with {@link #CONTROL} that
	 * waits can't use.
	 */
	SHORT,

	/**
	 * Waits for a decision.
	 */
	WAIT,

	/**
	 * Receipts for decisions. A decision is fetched before the receipt for another is
	 * sent.
	 */
	ACKNOWLEDGE,

	/**
	 * Checks of the gateway's health. They get a turn only while nothing queues and most
	 * of the budget is free.
	 */
	HEALTH

}
