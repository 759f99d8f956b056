package io.airlockapp.gateway.client;

/**
 * Which calls go first when the rate limit makes them queue.
 */
public enum CallPriority {

	/**
	 * Withdrawals and heartbeats. A share of the budget is theirs alone.
	 */
	CONTROL,

	/**
	 * Submissions, acknowledgements and all other short calls. They share a part of the
	 * budget with {@link #CONTROL} that waits can't use.
	 */
	SHORT,

	/**
	 * Waits for a decision.
	 */
	WAIT

}
