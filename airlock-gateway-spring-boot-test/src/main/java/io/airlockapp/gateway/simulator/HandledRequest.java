/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Request that is no longer pending.
 *
 * @param request the request
 * @param outcome the outcome
 * @param reason the approver's reason, or {@code null}
 * @param at the time of the outcome
 */
public record HandledRequest(PendingRequest request, Outcome outcome, @Nullable String reason, Instant at) {

	/**
	 * Outcome of a request.
	 */
	public enum Outcome {

		/**
		 * The approver approved the request.
		 */
		APPROVED,

		/**
		 * The approver rejected the request.
		 */
		REJECTED,

		/**
		 * The enforcer withdrew the request.
		 */
		WITHDRAWN,

		/**
		 * No decision was made in time.
		 */
		EXPIRED,

		/**
		 * The request only reports the decision of a do-not-disturb policy, and requires
		 * no decision.
		 */
		AUDITED

	}

}
