/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

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
	@JsonEnumDefaultValue
	UNKNOWN

}
