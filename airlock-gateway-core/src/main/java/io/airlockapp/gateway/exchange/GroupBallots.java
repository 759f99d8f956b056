/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Holds what has become of each pairing of a group in one call, reports it, and has it
 * counted. Unless stated otherwise, it is used by the thread that waits for the group.
 */
final class GroupBallots {

	private final ApproverGroup group;

	private final Tally tally;

	private final Attempt attempt;

	private final Map<String, PairingRequest> asked = new HashMap<>();

	/**
	 * The votes by pairing, in the order of their arrival.
	 */
	private final Map<String, ApprovalVote> votes = new LinkedHashMap<>();

	private final Map<String, AirlockGatewayException> lost = new TreeMap<>();

	/**
	 * The pairings whose approvals do not count at the moment.
	 */
	private final Set<String> suspended = new HashSet<>();

	GroupBallots(ApproverGroup group, Persons persons, Attempt attempt) {
		this.group = group;
		this.attempt = attempt;
		this.tally = new Tally(group, persons);
	}

	void asked(PairingRequest request) {
		this.asked.put(request.asked().name(), request);
	}

	/**
	 * Record a vote, unless it is known already why the pairing leads to none.
	 */
	void voted(ApprovalVote vote) {
		if (!isWaiting(vote.pairing())) {
			notCounted(vote);
			return;
		}
		this.votes.put(vote.pairing(), vote);
		votes().stream().filter((counted) -> counted.requestId().equals(vote.requestId())).forEach(this.attempt::voted);
	}

	/**
	 * Report a vote that does not count. This is called by any thread.
	 */
	void notCounted(ApprovalVote vote) {
		this.attempt.voted(vote.counted(false));
	}

	/**
	 * Record that a request failed, unless its end is known already.
	 */
	void failed(String pairing, AirlockGatewayException failure) {
		if (isWaiting(pairing)) {
			tampered(failure);
			lost(pairing, failure);
		}
	}

	/**
	 * Report a failure by which somebody tampers with the call. This is called by any
	 * thread.
	 */
	void tampered(AirlockGatewayException failure) {
		if (failure instanceof ApprovalVerificationException || failure.isOtherContent()) {
			this.attempt.tampered(failure);
		}
	}

	/**
	 * Record that a pairing leads to no vote, or that its vote no longer counts.
	 */
	void lost(String pairing, AirlockGatewayException why) {
		this.lost.put(pairing, why);
	}

	/**
	 * Record that an approval of a pairing does not count at the moment.
	 */
	void suspended(String pairing) {
		this.suspended.add(pairing);
	}

	/**
	 * Record that an approval of a pairing counts again.
	 */
	void resumed(String pairing) {
		this.suspended.remove(pairing);
	}

	/**
	 * Return whether a pairing was asked, and its end is not known.
	 */
	private boolean isWaiting(String pairing) {
		return this.asked.containsKey(pairing) && ballot(pairing).state() == State.ASKED;
	}

	/**
	 * Return whether a pairing was asked, or it is known why it cannot be.
	 */
	private boolean isKnown(String pairing) {
		return this.asked.containsKey(pairing) || this.lost.containsKey(pairing);
	}

	/**
	 * Return the pairings that a step has to ask.
	 */
	List<String> toAsk(int step) {
		return this.tally.toAsk(step, ballots());
	}

	/**
	 * Count the votes.
	 * @param steps the number of steps of the escalation that were asked
	 */
	Tally.Result judge(int steps) {
		return this.tally.judge(ballots(), steps);
	}

	private List<Ballot> ballots() {
		Stream<String> others = this.group.members()
			.stream()
			.filter((pairing) -> isKnown(pairing) && !this.votes.containsKey(pairing));
		return Stream.concat(others, this.votes.keySet().stream()).map(this::ballot).toList();
	}

	private Ballot ballot(String pairing) {
		AirlockGatewayException why = this.lost.get(pairing);
		if (why != null) {
			return Ballot.of(pairing, (why instanceof ApprovalVerificationException) ? State.FORGED : State.LOST);
		}
		ApprovalVote vote = this.suspended.contains(pairing) ? null : this.votes.get(pairing);
		return (vote == null) ? Ballot.of(pairing, State.ASKED) : new Ballot(pairing,
				(vote.verdict() == Verdict.APPROVE) ? State.APPROVED : State.REJECTED, vote.evidence().publicKey());
	}

	/**
	 * Return the approval of a pairing.
	 * @return the approval, or {@code null} if there is none that can count
	 */
	@Nullable ApprovalVote findApproval(String pairing) {
		return (ballot(pairing).state() == State.APPROVED) ? this.votes.get(pairing) : null;
	}

	PairingRequest request(String pairing) {
		return Objects.requireNonNull(this.asked.get(pairing));
	}

	/**
	 * Return the requests that wait for a vote.
	 */
	List<PairingRequest> waiting() {
		return this.asked.values().stream().filter((request) -> isWaiting(request.asked().name())).toList();
	}

	/**
	 * Return the pairings that were not asked, and could have been.
	 */
	List<String> unasked() {
		return this.group.members().stream().filter((pairing) -> !isKnown(pairing)).toList();
	}

	/**
	 * Return the votes, each of them with whether it counts.
	 * @return the votes in the order of their arrival
	 */
	List<ApprovalVote> votes() {
		// Which votes count does not depend on the steps
		Tally.Result result = judge(0);
		return this.votes.values()
			.stream()
			.map((vote) -> vote.counted(result.isCounted(vote.pairing(), vote.verdict())))
			.toList();
	}

	/**
	 * Return the reasons by pairing for which there is no vote, or it no longer counts.
	 */
	Map<String, AirlockGatewayException> lost() {
		return this.lost;
	}

}
