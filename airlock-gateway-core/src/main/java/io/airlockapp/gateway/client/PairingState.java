/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonCreator;

/**
 * State of a pairing.
 */
public enum PairingState {

	/**
	 * Not completed by the person yet.
	 */
	PENDING,

	/**
	 * Completed by the person.
	 */
	COMPLETED,

	/**
	 * Expired before its completion.
	 */
	EXPIRED,

	/**
	 * Revoked.
	 */
	REVOKED,

	/**
	 * A state that this version does not support.
	 */
	UNKNOWN;

	@JsonCreator
	static PairingState of(String text) {
		return WireEnums.find(PairingState.class, text, UNKNOWN);
	}

}
