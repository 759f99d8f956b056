/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.List;
import java.util.function.Predicate;

import io.airlockapp.gateway.harp.SignerKey;

/**
 * Enumeration of the states of a key by which a vote was signed, so that what is known of
 * one vote does not prevent the others from being counted.
 */
public enum KeyState {

	/**
	 * The key is in force.
	 */
	IN_FORCE,

	/**
	 * The pairing that was asked is revoked.
	 */
	REVOKED,

	/**
	 * The pairing of this instance is another one than that which was asked, or does not
	 * have the key: keys are added to instances one after the other.
	 */
	OTHER_PAIRING,

	/**
	 * The pairing cannot be read at the moment.
	 */
	UNREADABLE;

	/**
	 * Determine the state of the key of a vote.
	 * @param steps the steps of an exchange
	 * @param pairing the name of the pairing that was asked
	 * @param artifact the artifact
	 * @param signed whether a key is that of the vote
	 * @return the state
	 */
	public static KeyState of(ApprovalSteps steps, String pairing, SealedArtifact artifact,
			Predicate<SignerKey> signed) {
		try {
			List<SignerKey> keys = steps.keysFor(pairing, artifact);
			if (keys.isEmpty()) {
				return REVOKED;
			}
			return keys.stream().anyMatch(signed) ? IN_FORCE : OTHER_PAIRING;
		}
		catch (OtherPairingException ex) {
			return OTHER_PAIRING;
		}
		catch (Exception ex) {
			return UNREADABLE;
		}
	}

	/**
	 * Return whether the vote may count, at another time or in another instance.
	 * @return whether this instance does not know it now
	 */
	public boolean isUncertain() {
		return this == OTHER_PAIRING || this == UNREADABLE;
	}

}
