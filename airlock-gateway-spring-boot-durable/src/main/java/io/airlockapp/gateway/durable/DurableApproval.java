/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.durable.exchange.StoredVotes;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * State of a durable approval. It contains neither arguments nor secrets.
 *
 * @param id the id of the approval request
 * @param gate the guarded method
 * @param label the label that the inbox shows
 * @param state the state
 * @param problem the reason for the state, such as {@code PAIRING_REVOKED} or the class
 * name of the method's exception, or {@code null}
 * @param recordedAt the time at which the call was recorded
 * @param expiresAt the time until which the approver can decide
 * @param startBy the time until which an approved call may start
 * @param submittedAt the time at which the gateway accepted the request
 * @param decidedAt the time at which the verified decision was stored
 * @param claimedAt the time at which an instance claimed the call
 * @param committedAt the time at which a transaction of the method was last committed in
 * this database
 * @param endedAt the time at which the call ended
 * @param instance the instance that claimed the call
 * @param quorum the number of persons who have to approve
 * @param asked the names of the pairings whose decisions are waited for
 * @param votes the verified decisions so far in the order of their arrival, those that do
 * not count included. Votes that cannot be decrypted are missing
 */
public record DurableApproval(String id, String gate, String label, DurableState state, @Nullable String problem,
		Instant recordedAt, Instant expiresAt, Instant startBy, @Nullable Instant submittedAt,
		@Nullable Instant decidedAt, @Nullable Instant claimedAt, @Nullable Instant committedAt,
		@Nullable Instant endedAt, @Nullable String instance, int quorum, List<String> asked,
		List<ApprovalVote> votes) {

	static final String UNVERIFIED = "unverified";

	/**
	 * Texts of a changed row must not begin a line of a log, or hide a part of one. The
	 * content of a call is bound to these texts, so the list never changes.
	 */
	private static final Pattern UNSAFE = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e]+");

	public DurableApproval {
		id = safe(id);
		gate = safe(gate);
		label = safe(label);
		problem = (problem != null) ? safe(problem) : null;
		instance = (instance != null) ? safe(instance) : null;
		asked = asked.stream().map(DurableApproval::safe).toList();
		votes = List.copyOf(votes);
	}

	private static String safe(String text) {
		return UNSAFE.matcher(text).replaceAll(" ");
	}

	/**
	 * Return the number of persons who have approved.
	 * @return the number of approvals that count
	 */
	public int approvals() {
		return (int) this.votes.stream().filter((vote) -> vote.counted() && vote.verdict() == Verdict.APPROVE).count();
	}

	/**
	 * Return whether the call was approved, and ended without a start. The votes of a row
	 * that cannot be read are missing.
	 * @return whether it was not used
	 */
	public boolean endedUnstarted() {
		return (this.state == DurableState.REFUSED || this.state == DurableState.TIMED_OUT) && this.claimedAt == null
				&& (this.votes.isEmpty() ? this.decidedAt != null : approvals() >= this.quorum);
	}

	/**
	 * Return the approval with the votes on its call.
	 * @param counted the votes
	 * @return the approval, which names those who are still asked if it is undecided
	 */
	public DurableApproval with(StoredVotes counted) {
		boolean undecided = CallTransitions.UNDECIDED.contains(this.state);
		return new DurableApproval(this.id, this.gate, this.label, this.state, this.problem, this.recordedAt,
				this.expiresAt, this.startBy, this.submittedAt, this.decidedAt, this.claimedAt, this.committedAt,
				this.endedAt, this.instance, counted.approvers().quorum(), undecided ? counted.asked() : List.of(),
				counted.toList());
	}

	/**
	 * Return the approval with the guarded method and the label of the call before a
	 * change, or without them and the votes if the call is not what was recorded.
	 */
	DurableApproval verifiedBy(@Nullable DurableCall before) {
		DurableApproval recorded = (before != null && before.plaintext() != null) ? before.approval() : null;
		return new DurableApproval(this.id, (recorded != null) ? recorded.gate() : UNVERIFIED,
				(recorded != null) ? recorded.label() : UNVERIFIED, this.state, this.problem, this.recordedAt,
				this.expiresAt, this.startBy, this.submittedAt, this.decidedAt, this.claimedAt, this.committedAt,
				this.endedAt, this.instance, this.quorum, (recorded != null) ? this.asked : List.of(),
				(recorded != null) ? this.votes : List.of());
	}

}
