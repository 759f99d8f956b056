/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Holds the approvals that do not count any more, and those of which this is not known,
 * when the votes are counted. A rejection is never struck.
 *
 * @param keys the states of the keys of approvals by the ids of their ballots
 * @param requesterKeys the keys of an excluded requester, as base64
 */
public record StruckVotes(Map<String, KeyState> keys, Set<String> requesterKeys) {

	/**
	 * The problem of a ballot whose key is revoked.
	 */
	private static final String PAIRING_REVOKED = "PAIRING_REVOKED";

	/**
	 * The problem of a ballot that was withdrawn since another vote of the same person
	 * counts.
	 */
	public static final String NEEDLESS = "NEEDLESS";

	private static final String KEY_OF_REQUESTER = "KEY_OF_REQUESTER";

	public StruckVotes {
		keys = Map.copyOf(keys);
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
		return (this.keys.get(ballot.id()) == KeyState.REVOKED) ? PAIRING_REVOKED : null;
	}

	/**
	 * Return why approvals of an undecided call were struck. A key of the requester comes
	 * first, since somebody may have tried to approve alone.
	 * @param ballots the ballots of the call
	 * @return the problem, or {@code null} if no approval was struck
	 */
	public static @Nullable String findReason(List<StoredBallot> ballots) {
		return ballots.stream()
			.filter((ballot) -> ballot.decision() != null && !ballot.isRejected())
			.flatMap((ballot) -> Stream.ofNullable(ballot.problem()))
			.min(Comparator.comparing(PAIRING_REVOKED::equals))
			.orElse(null);
	}

	/**
	 * Return whether it is not known whether the vote on a ballot counts: its key is not
	 * known here, or it has arrived since.
	 * @param ballot the ballot
	 * @return whether it is an approval that is neither in force nor struck
	 */
	public boolean isUncertain(StoredBallot ballot) {
		KeyState key = this.keys.get(ballot.id());
		return ballot.isApproved() && (key == null || key.isUncertain());
	}

}
