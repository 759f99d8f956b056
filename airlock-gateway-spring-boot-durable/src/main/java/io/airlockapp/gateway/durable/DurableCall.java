/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.exchange.StoredVotes;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;

/**
 * Holds a recorded call with all that is stored of it. The text form contains no
 * argument.
 *
 * @param approval the state of the call
 * @param target the target, as in the plaintext
 * @param approvers the approvers who are asked: a group, or those of one pairing
 * @param artifactType the type of review that is requested
 * @param plaintext the plaintext that all ballots have in common, or {@code null} if it
 * was deleted after the end, or if the call is not what was recorded
 * @param arguments the arguments after the hidden contexts, or {@code null} in the same
 * cases
 * @param trace the trace context of the caller: a valid {@code traceparent} of W3C Trace
 * Context, or nothing
 * @param starts the number of times that the method was started
 * @param keys the keys by which undecided calls are limited
 * @param ballots the ballots, of which there is none before the first request
 */
public record DurableCall(DurableApproval approval, String target, ApproverGroup approvers, String artifactType,
		@Nullable String plaintext, @Nullable String arguments, Map<String, String> trace, int starts, CallKeys keys,
		List<StoredBallot> ballots) {

	/**
	 * The name of the trace context.
	 */
	public static final String TRACEPARENT = "traceparent";

	/**
	 * The beginning of the id of a call about which a group is asked. The id of another
	 * call is that of its only ballot.
	 */
	public static final String GROUP = "call-";

	private static final Pattern VALID_TRACEPARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

	public DurableCall {
		// A caller can choose the rest, such as the state and the baggage of a trace
		String traceparent = trace.get(TRACEPARENT);
		trace = (traceparent != null && VALID_TRACEPARENT.matcher(traceparent).matches())
				? Map.of(TRACEPARENT, traceparent) : Map.of();
		ballots = List.copyOf(ballots);
	}

	public String id() {
		return this.approval.id();
	}

	public DurableState state() {
		return this.approval.state();
	}

	/**
	 * Return the command text that the approver sees.
	 * @return the command text, empty if the plaintext was deleted
	 */
	public String commandText() {
		return (this.plaintext != null) ? HarpJson.mapper().readTree(this.plaintext).path("commandText").asString("")
				: "";
	}

	/**
	 * Return the approvers of one pairing as a group.
	 * @param pairing the name of the pairing
	 * @return the group, which has the name of the pairing
	 */
	public static ApproverGroup onePairing(String pairing) {
		return new ApproverGroup(pairing, List.of(pairing), 1, null, false, false, List.of());
	}

	/**
	 * Return whether a group is asked, whose ballots have ids of their own.
	 */
	boolean isOfGroup() {
		return id().startsWith(GROUP);
	}

	/**
	 * Return a ballot. One that is not stored yet, or whose call is not what was
	 * recorded, has neither an artifact nor a decision.
	 * @param ballotId the id
	 * @return the ballot
	 */
	StoredBallot ballot(String ballotId) {
		return this.ballots.stream()
			.filter((ballot) -> ballot.id().equals(ballotId))
			.findFirst()
			.orElseGet(() -> StoredBallot.ofFirst(ballotId, id(), this.approvers.members().get(0),
					isOfGroup() ? null : this.plaintext));
	}

	/**
	 * Return the call with a ballot as it is after a change.
	 */
	DurableCall with(StoredBallot changed) {
		List<StoredBallot> all = new ArrayList<>(this.ballots);
		// Votes are counted in the order of their arrival
		if (ballot(changed.id()).decision() != null) {
			all.replaceAll((ballot) -> ballot.id().equals(changed.id()) ? changed : ballot);
		}
		else {
			all.removeIf((ballot) -> ballot.id().equals(changed.id()));
			all.add(changed);
		}
		return with(all);
	}

	/**
	 * Return the call with other ballots.
	 * @param others the ballots
	 * @return the call
	 */
	public DurableCall with(List<StoredBallot> others) {
		return new DurableCall(this.approval, this.target, this.approvers, this.artifactType, this.plaintext,
				this.arguments, this.trace, this.starts, this.keys, others);
	}

	/**
	 * Return the call with changed ballots in the same order.
	 */
	DurableCall map(UnaryOperator<StoredBallot> change) {
		return with(this.ballots.stream().map(change).toList());
	}

	/**
	 * Return whether no more votes are expected on the ballots that are stored.
	 */
	boolean isSettled() {
		return this.ballots.stream().allMatch(StoredBallot::isSettled);
	}

	/**
	 * Return whether the approvals suffice for a call of a group that is undecided
	 * nevertheless, since it is not known whether their keys are in force.
	 */
	boolean waitsForKeys(Persons persons) {
		return isOfGroup() && CallTransitions.UNDECIDED.contains(state())
				&& count(persons).outcome() == Tally.Outcome.APPROVED;
	}

	/**
	 * Count the votes.
	 */
	Tally.Result count(Persons persons) {
		return new Tally(this.approvers, persons).judge(toBallots(), 0);
	}

	/**
	 * Return the ballots as they are counted.
	 */
	List<Ballot> toBallots() {
		return this.ballots.stream().map(StoredBallot::toBallot).toList();
	}

	/**
	 * Return the votes.
	 */
	StoredVotes votes(Persons persons) {
		return new StoredVotes(this.approvers, this.ballots, persons, this.approval.claimedAt() != null);
	}

	/**
	 * Return whether an approver rejected the call, so that it does not start any more.
	 */
	boolean isRejected() {
		return this.ballots.stream().anyMatch(StoredBallot::isRejected);
	}

	/**
	 * Return the decision on the call: the only one, or that of a group, which is the
	 * first rejection or the last approval that counts, with all votes. After the claim,
	 * a rejection changes nothing.
	 * @param persons the persons who own the pairings
	 * @return the decision, or {@code null} if the call is not decided
	 */
	@Nullable StoredDecision decision(Persons persons) {
		if (!isOfGroup()) {
			return this.ballots.stream()
				.flatMap((ballot) -> Stream.ofNullable(ballot.decision()))
				.findFirst()
				.orElse(null);
		}
		StoredVotes votes = votes(persons);
		StoredBallot deciding = votes.deciding();
		if (deciding == null || deciding.decision() == null) {
			return null;
		}
		ApprovalDecision vote = deciding.decision().decision();
		return new StoredDecision(new ApprovalDecision(id(), vote.verdict(), vote.reason(), vote.signerKeyId(),
				vote.signerKeyFingerprint(), vote.evidence(), votes.toList()), deciding.decision().msgId());
	}

	@Override
	public String toString() {
		return "DurableCall[id=%s, state=%s]".formatted(id(), state());
	}

}
