/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Request to one pairing on behalf of a call, as far as it matters for the count of the
 * votes.
 *
 * @param pairing the name of the pairing
 * @param state the state
 * @param key the signer key of a vote, as base64 of its raw bytes, or {@code null} if
 * there is no vote. Keys are equal if their bytes are, whatever their ids
 */
public record Ballot(String pairing, State state, @Nullable String key) {

	public Ballot {
		boolean vote = state == State.APPROVED || state == State.REJECTED;
		Assert.isTrue(vote == (key != null), "A vote, and nothing else, needs the key that signed it");
	}

	/**
	 * Create a ballot without a vote.
	 * @param pairing the name of the pairing
	 * @param state the state
	 * @return the ballot
	 */
	public static Ballot of(String pairing, State state) {
		return new Ballot(pairing, state, null);
	}

	/**
	 * Enumeration of the states of a ballot.
	 */
	public enum State {

		/**
		 * Waiting for a vote.
		 */
		ASKED,

		/**
		 * Approved, verified by a key of this ballot's pairing.
		 */
		APPROVED,

		/**
		 * Rejected, verified by a key of this ballot's pairing.
		 */
		REJECTED,

		/**
		 * Unable to lead to a vote, or its vote was struck, since the key is no longer in
		 * force or is the requester's.
		 */
		LOST,

		/**
		 * Lost, since a decision was received that did not verify.
		 */
		FORGED

	}

}
