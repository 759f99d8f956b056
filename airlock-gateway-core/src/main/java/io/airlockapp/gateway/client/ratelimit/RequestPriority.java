package io.airlockapp.gateway.client.ratelimit;

/**
 * Priority of a request in the queue of the rate limiter. The constants are in descending
 * order of priority.
 */
public enum RequestPriority {

	/**
	 * Withdrawals and heartbeats. A share of the budget is reserved for them.
	 */
	CONTROL,

	/**
	 * Submissions, and short requests for which a caller waits: policies, pairing, the
	 * status of an exchange. They share a part of the budget with {@link #CONTROL} that
	 * is not available to waits.
	 */
	SHORT,

	/**
	 * Waits for a decision.
	 */
	WAIT,

	/**
	 * Acknowledgements of decisions. Waits for other decisions take precedence.
	 */
	ACKNOWLEDGE,

	/**
	 * Health checks. They are sent only while no other request queues and most of the
	 * budget is available.
	 */
	HEALTH

}
