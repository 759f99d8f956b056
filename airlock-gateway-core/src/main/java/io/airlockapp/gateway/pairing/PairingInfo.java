/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * State of a pairing. It contains no secret.
 *
 * @param name the pairing's name
 * @param state the state
 * @param configured whether the pairing comes from properties rather than from the store
 * @param since the time since which it is in this state, if known
 * @param keys the approvers' keys, including revoked ones
 * @param pendingUntil the time until which a new pairing in progress can be completed, or
 * {@code null} if there is none
 * @param problem the description of the last failure and its remedy, for people
 */
public record PairingInfo(String name, State state, boolean configured, @Nullable Instant since, List<Key> keys,
		@Nullable Instant pendingUntil, @Nullable String problem) {

	public PairingInfo {
		keys = List.copyOf(keys);
	}

	/**
	 * State of a pairing.
	 */
	public enum State {

		/**
		 * Approval cannot be requested.
		 */
		NOT_PAIRED,

		/**
		 * Approval can be requested. A new pairing may be in progress to replace this
		 * one.
		 */
		PAIRED,

		/**
		 * The pairing or each of its keys was revoked.
		 */
		REVOKED

	}

	/**
	 * Key of an approver.
	 *
	 * @param id the key's id
	 * @param fingerprint the fingerprint to compare with the phone
	 * @param pairedAt the time of the pairing, if known
	 * @param revoked whether the key was revoked, so that its decisions are no longer
	 * accepted
	 */
	public record Key(String id, String fingerprint, @Nullable Instant pairedAt, boolean revoked) {
	}

}
