/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Holds why approvals do not count any more, as known when another decision is received.
 * A rejection is never struck.
 *
 * @param revoked the ids of the ballots whose keys are no longer in force
 * @param requesterKeys the keys of an excluded requester, as base64
 */
public record StruckVotes(Set<String> revoked, Set<String> requesterKeys) {

	/**
	 * The problem of a ballot whose key is revoked.
	 */
	public static final String PAIRING_REVOKED = "PAIRING_REVOKED";

	private static final String KEY_OF_REQUESTER = "KEY_OF_REQUESTER";

	public StruckVotes {
		revoked = Set.copyOf(revoked);
		requesterKeys = Set.copyOf(requesterKeys);
	}

	/**
	 * Return why the vote on a ballot does not count any more.
	 * @param ballot the ballot
	 * @return the problem, or {@code null} if there is none, or no approval
	 */
	public @Nullable String findProblem(StoredBallot ballot) {
		if (!ballot.isApproved() || ballot.decision() == null) {
			return null;
		}
		if (this.requesterKeys.contains(ballot.decision().decision().evidence().publicKey())) {
			return KEY_OF_REQUESTER;
		}
		return this.revoked.contains(ballot.id()) ? PAIRING_REVOKED : null;
	}

}
