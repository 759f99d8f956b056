package io.airlockapp.gateway.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Request that no longer waits for the approver.
 *
 * @param request the request
 * @param outcome the outcome
 * @param reason the reason that the approver gave, or {@code null}
 * @param at the time of the outcome
 */
public record HandledRequest(PendingRequest request, Outcome outcome, @Nullable String reason, Instant at) {

	/**
	 * Outcome of a request.
	 */
	public enum Outcome {

		/**
		 * The approver approved it.
		 */
		APPROVED,

		/**
		 * The approver rejected it.
		 */
		REJECTED,

		/**
		 * The enforcer withdrew it.
		 */
		WITHDRAWN,

		/**
		 * No decision was made in time.
		 */
		EXPIRED,

		/**
		 * It only reports what a do-not-disturb policy decided, and asks for nothing.
		 */
		AUDITED

	}

}
