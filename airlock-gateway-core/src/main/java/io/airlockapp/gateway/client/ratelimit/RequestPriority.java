/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

/**
 * Priority of a request in the queue of the rate limiter.
 */
public enum RequestPriority {

	/**
	 * Withdrawals, the status of an exchange, and heartbeats. A tenth of the budget is
	 * reserved for them. Beyond that, submissions and waits take precedence.
	 */
	CONTROL,

	/**
	 * Submissions, and short requests for which a caller waits, such as policies and
	 * pairing. They take turns with waits, and their rate is limited for each gate and
	 * requester.
	 */
	SHORT,

	/**
	 * Waits for a decision. A third of the budget is reserved for them.
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
