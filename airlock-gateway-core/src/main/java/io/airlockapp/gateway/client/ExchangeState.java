package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * State of an exchange.
 */
public enum ExchangeState {

	/**
	 * Nobody decided yet.
	 */
	PENDING_APPROVAL,

	/**
	 * There is a decision.
	 */
	DECIDED,

	/**
	 * There is a decision, and it was handed to the enforcer.
	 */
	DELIVERED,

	/**
	 * The artifact expired undecided.
	 */
	EXPIRED,

	/**
	 * The enforcer withdrew the artifact.
	 */
	WITHDRAWN,

	/**
	 * The exchange was cancelled.
	 */
	CANCELLED,

	/**
	 * A state that this version doesn't know.
	 */
	UNKNOWN;

	@JsonCreator
	static ExchangeState of(String text) {
		return WireEnums.find(ExchangeState.class, text, UNKNOWN);
	}

}
