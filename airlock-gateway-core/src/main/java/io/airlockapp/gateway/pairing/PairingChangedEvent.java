/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Event published by the instance of an application that changed a pairing. It contains
 * no secret.
 *
 * @param name the pairing's name
 * @param change the kind of change
 * @param fingerprints the fingerprints of the affected keys
 * @param problem the description of a failure and the action to take, if there was one
 */
public record PairingChangedEvent(String name, Change change, List<String> fingerprints, @Nullable String problem) {

	public PairingChangedEvent {
		fingerprints = List.copyOf(fingerprints);
	}

	/**
	 * Kind of change to a pairing.
	 */
	public enum Change {

		/**
		 * A pairing was completed, and no other was in force.
		 */
		PAIRED,

		/**
		 * A pairing was completed, and replaced the one in force.
		 */
		REPLACED,

		/**
		 * A pairing was revoked, by an operator or according to the gateway.
		 */
		REVOKED,

		/**
		 * One of the approvers' keys was revoked.
		 */
		KEY_REVOKED,

		/**
		 * A pairing in progress failed.
		 */
		FAILED

	}

}
