package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ExchangeState;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is known of an exchange at the gateway.
 *
 * @param standing the state of the exchange
 * @param delivery the decision, if it was received
 * @param failure the last failure, if there was one
 */
record ExchangeReport(Standing standing, @Nullable DecisionDelivery delivery,
		@Nullable AirlockGatewayException failure) {

	static ExchangeReport of(Standing standing) {
		return new ExchangeReport(standing, null, null);
	}

	static ExchangeReport of(Standing standing, @Nullable AirlockGatewayException failure) {
		return new ExchangeReport(standing, null, failure);
	}

	static ExchangeReport of(DecisionDelivery delivery) {
		return new ExchangeReport(Standing.DECIDED, delivery, null);
	}

	/**
	 * Return the report on an exchange that ended without a decision.
	 * @param state the state, or {@code null}
	 * @return the report, or {@code null} if the state is no such end
	 */
	static @Nullable ExchangeReport ofEnd(@Nullable ExchangeState state) {
		if (state == null) {
			return null;
		}
		return switch (state) {
			case EXPIRED -> of(Standing.EXPIRED);
			case WITHDRAWN -> of(Standing.WITHDRAWN);
			case CANCELLED -> of(Standing.CANCELLED);
			default -> null;
		};
	}

	/**
	 * Return whether there can't be a decision any more.
	 */
	boolean isEnded() {
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
	enum Standing {

		/**
		 * It waits for the person.
		 */
		UNDECIDED,

		/**
		 * There is a decision, which may still have to be had.
		 */
		DECIDED,

		/**
		 * The gateway says that it expired undecided.
		 */
		EXPIRED,

		/**
		 * It was withdrawn undecided.
		 */
		WITHDRAWN,

		/**
		 * It was cancelled undecided.
		 */
		CANCELLED,

		/**
		 * The gateway doesn't know it.
		 */
		UNKNOWN,

		/**
		 * The gateway has it with another content.
		 */
		OTHER_CONTENT,

		/**
		 * The gateway didn't say.
		 */
		UNCLEAR

	}

}
