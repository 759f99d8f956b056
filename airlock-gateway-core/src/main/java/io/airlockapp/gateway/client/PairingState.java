package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * State of a pairing.
 */
public enum PairingState {

	/**
	 * The person has not completed it yet.
	 */
	PENDING,

	/**
	 * The person completed it.
	 */
	COMPLETED,

	/**
	 * It was not completed in time.
	 */
	EXPIRED,

	/**
	 * It was revoked.
	 */
	REVOKED,

	/**
	 * A state that this version doesn't know.
	 */
	UNKNOWN;

	@JsonCreator
	static PairingState of(String text) {
		return WireEnums.find(PairingState.class, text, UNKNOWN);
	}

}
