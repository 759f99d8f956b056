/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Holds the state of an exchange at the gateway as far as known.
 *
 * @param standing the state of the exchange
 * @param delivery the decision, if it was received
 * @param failure the last failure, if there was one
 */
public record ExchangeReport(Standing standing, @Nullable ReceivedDecision delivery,
		@Nullable AirlockGatewayException failure) {

	/**
	 * Return a report without a decision and without a failure.
	 * @param standing the state of the exchange
	 * @return the report
	 */
	public static ExchangeReport of(Standing standing) {
		return new ExchangeReport(standing, null, null);
	}

	/**
	 * Return a report without a decision.
	 * @param standing the state of the exchange
	 * @param failure the last failure, if there was one
	 * @return the report
	 */
	public static ExchangeReport of(Standing standing, @Nullable AirlockGatewayException failure) {
		return new ExchangeReport(standing, null, failure);
	}

	/**
	 * Return the report on a decision.
	 * @param delivery the decision
	 * @return the report
	 */
	public static ExchangeReport of(ReceivedDecision delivery) {
		return new ExchangeReport(Standing.DECIDED, delivery, null);
	}

	/**
	 * Return whether a decision is no longer possible.
	 */
	public boolean isEnded() {
		return this.standing == Standing.EXPIRED || this.standing == Standing.WITHDRAWN
				|| this.standing == Standing.CANCELLED;
	}

	/**
	 * Return this report with a failure.
	 * @param other the failure to report if there is none yet
	 */
	ExchangeReport orFailure(AirlockGatewayException other) {
		return (this.failure != null) ? this : of(this.standing, other);
	}

	/**
	 * Enumeration of the states of an exchange.
	 */
	public enum Standing {

		/**
		 * Pending at the approver.
		 */
		UNDECIDED,

		/**
		 * Decided, although the decision may not have been received yet.
		 */
		DECIDED,

		/**
		 * Expired without a decision, according to the gateway.
		 */
		EXPIRED,

		/**
		 * Withdrawn without a decision.
		 */
		WITHDRAWN,

		/**
		 * Cancelled without a decision.
		 */
		CANCELLED,

		/**
		 * Unknown to the gateway.
		 */
		UNKNOWN,

		/**
		 * Held by the gateway with different content.
		 */
		OTHER_CONTENT,

		/**
		 * Not determined.
		 */
		UNCLEAR

	}

}
