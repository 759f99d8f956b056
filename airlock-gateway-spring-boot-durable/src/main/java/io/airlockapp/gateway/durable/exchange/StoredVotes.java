/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Counts the stored votes on a call. After its method was started, a rejection changes
 * nothing, and does not count.
 *
 * @param approvers the approvers who are asked: a group, or those of one pairing
 * @param ballots the ballots, of which those with votes are in the order of their arrival
 * @param persons the persons who own the pairings
 * @param claimed whether the method was started
 */
public record StoredVotes(ApproverGroup approvers, List<StoredBallot> ballots, Persons persons, boolean claimed) {

	public StoredVotes {
		ballots = List.copyOf(ballots);
	}

	/**
	 * Return the votes.
	 * @return the votes in the order of their arrival
	 */
	public List<ApprovalVote> toList() {
		Tally.Result result = count();
		return this.ballots.stream().flatMap((ballot) -> Stream.ofNullable(vote(ballot, result))).toList();
	}

	/**
	 * Return the pairings whose votes are waited for.
	 * @return the names of the pairings in the order in which they are asked
	 */
	public List<String> asked() {
		if (this.ballots.isEmpty()) {
			return this.approvers.pairings();
		}
		Tally.Result result = count();
		return this.approvers.members()
			.stream()
			.filter((member) -> this.ballots.stream()
				.anyMatch((ballot) -> ballot.pairing().equals(member) && !ballot.isSettled())
					&& !result.isNeedless(member))
			.toList();
	}

	/**
	 * Return the deciding vote: the first rejection, or the last approval that counts.
	 * @return the ballot with this vote, or {@code null} if the votes decide nothing
	 */
	public @Nullable StoredBallot deciding() {
		Tally.Result result = count();
		Verdict verdict = (result.outcome() == Outcome.DENIED) ? Verdict.REJECT : Verdict.APPROVE;
		if (verdict == Verdict.APPROVE && result.outcome() != Outcome.APPROVED) {
			return null;
		}
		return this.ballots.stream()
			.filter((ballot) -> isCounted(ballot, verdict, result))
			.reduce((first, second) -> (verdict == Verdict.APPROVE) ? second : first)
			.orElse(null);
	}

	private Tally.Result count() {
		return new Tally(this.approvers, this.persons).judge(this.ballots.stream()
			.filter((ballot) -> !this.claimed || !ballot.isRejected())
			.map(StoredBallot::toBallot)
			.toList(), 0);
	}

	private static boolean isCounted(StoredBallot ballot, Verdict verdict, Tally.Result result) {
		ApprovalVote vote = vote(ballot, result);
		return vote != null && vote.counted() && vote.verdict() == verdict;
	}

	private static @Nullable ApprovalVote vote(StoredBallot ballot, Tally.Result result) {
		StoredDecision stored = ballot.decision();
		if (stored == null) {
			return null;
		}
		ApprovalDecision decision = stored.decision();
		Instant at = (ballot.decidedAt() != null) ? ballot.decidedAt() : Instant.EPOCH;
		return new ApprovalVote(ballot.pairing(), ballot.id(), decision.verdict(), decision.reason(),
				decision.signerKeyId(), decision.signerKeyFingerprint(), at,
				result.isCounted(ballot.pairing(), decision.verdict()), decision.evidence());
	}

}
