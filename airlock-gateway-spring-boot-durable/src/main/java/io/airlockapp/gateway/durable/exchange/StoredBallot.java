/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds one exchange with the approvers of one pairing about a recorded call. Its
 * plaintext is that of the call with the members that belong to the ballot, so that all
 * ballots of a call show the same. The text form contains no argument.
 *
 * @param id the id of the approval request
 * @param callId the id of the call
 * @param pairing the name of the pairing that is asked
 * @param step the number of the step of the escalation in which it is asked, or 0 for
 * those who are asked first. It is negative if the step did not wait for its time
 * @param plaintext the canonical plaintext that the approver sees, or {@code null} if it
 * was deleted or changed
 * @param artifact the encrypted plaintext, or {@code null} if it was not encrypted, or
 * was deleted
 * @param decision the verified decision, or {@code null} if there is none
 * @param problem the reason for which there will be no vote, or for which the vote does
 * not count, or {@code null} if there is none
 * @param submittedAt the time at which the gateway accepted the request, if it did
 * @param decidedAt the time at which the decision was stored, if it was
 */
public record StoredBallot(String id, String callId, String pairing, int step, @Nullable String plaintext,
		@Nullable SealedArtifact artifact, @Nullable StoredDecision decision, @Nullable String problem,
		@Nullable Instant submittedAt, @Nullable Instant decidedAt) {

	/**
	 * The member of the plaintext with the name of the pairing.
	 */
	public static final String PAIRING = "pairing";

	/**
	 * The member of the plaintext with the id of the pairing that it is encrypted for, so
	 * that a decision on it is none for another pairing, also of the same phone.
	 */
	public static final String PAIRING_ID = "pairingId";

	/**
	 * The member of the plaintext with the call that several approvers decide on.
	 */
	public static final String CALL = "call";

	private static final String REQUEST_ID = "requestId";

	/**
	 * Create a ballot that nobody was asked about.
	 * @param id the id of the approval request
	 * @param callId the id of the call
	 * @param pairing the name of the pairing
	 * @param step the step, as this ballot has it
	 * @param common the plaintext of the call, or {@code null} if there is none
	 * @param escalation the steps of the escalation
	 * @return the ballot
	 */
	public static StoredBallot of(String id, String callId, String pairing, int step, @Nullable String common,
			List<EscalationStep> escalation) {
		String plaintext = null;
		int number = Math.abs(step);
		// A changed number has no content
		if (common != null && number <= escalation.size()) {
			ObjectNode members = (ObjectNode) HarpJson.mapper().readTree(common);
			if (number > 0) {
				CallTerms.addStep(members, number, escalation.get(number - 1), step < 0);
			}
			plaintext = CanonicalJson.toText(members.put(REQUEST_ID, id).put(PAIRING, pairing));
		}
		return new StoredBallot(id, callId, pairing, step, plaintext, null, null, null, null, null);
	}

	/**
	 * Create a ballot of one of those who are asked first, that nobody was asked about.
	 * @param id the id of the approval request
	 * @param callId the id of the call
	 * @param pairing the name of the pairing
	 * @param common the plaintext of the call, or {@code null} if there is none
	 * @return the ballot
	 */
	public static StoredBallot ofFirst(String id, String callId, String pairing, @Nullable String common) {
		return of(id, callId, pairing, 0, common, List.of());
	}

	/**
	 * Return the ballot with its encrypted plaintext.
	 * @param sealed the encrypted plaintext
	 * @return the ballot, whose plaintext is that which was encrypted
	 */
	public StoredBallot with(SealedArtifact sealed) {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step,
				(this.plaintext != null) ? plaintext(this.plaintext, sealed.pairing()) : null, sealed, this.decision,
				this.problem, this.submittedAt, this.decidedAt);
	}

	static String plaintext(String plaintext, String pairingId) {
		return CanonicalJson.toText(((ObjectNode) HarpJson.mapper().readTree(plaintext)).put(PAIRING_ID, pairingId));
	}

	/**
	 * Return the number of the step in which this ballot is asked.
	 * @return the number, or 0 for those who are asked first
	 */
	public int stepNumber() {
		return Math.abs(this.step);
	}

	/**
	 * Return the artifact hash.
	 * @return the hash, or an empty text if there is no plaintext
	 */
	public String hash() {
		return (this.plaintext != null) ? ArtifactHash.of(StrictUtf8.encode(this.plaintext)) : "";
	}

	/**
	 * Return the ballot with a verified decision.
	 * @param vote the decision
	 * @param time the time at which it is stored
	 * @return the ballot
	 */
	public StoredBallot decided(StoredDecision vote, Instant time) {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step, this.plaintext, this.artifact, vote,
				this.problem, this.submittedAt, time);
	}

	/**
	 * Return the ballot with the reason for which no vote counts.
	 * @param reason the reason
	 * @return the ballot
	 */
	public StoredBallot lost(String reason) {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step, this.plaintext, this.artifact,
				this.decision, reason, this.submittedAt, this.decidedAt);
	}

	/**
	 * Return the ballot as if its vote, if there is one, counted.
	 * @return the ballot
	 */
	public StoredBallot reinstated() {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step, this.plaintext, this.artifact,
				this.decision, (this.decision != null) ? null : this.problem, this.submittedAt, this.decidedAt);
	}

	/**
	 * Return the ballot without its content: it has only what was sent.
	 * @return the ballot
	 */
	public StoredBallot withoutContent() {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step, null, this.artifact, null, this.problem,
				this.submittedAt, null);
	}

	/**
	 * Return the ballot as if there was no decision yet.
	 * @return the ballot
	 */
	public StoredBallot undecided() {
		return new StoredBallot(this.id, this.callId, this.pairing, this.step, this.plaintext, this.artifact, null,
				this.problem, this.submittedAt, null);
	}

	/**
	 * Return whether nobody is asked any more.
	 * @return whether there is a decision, or there will be none
	 */
	public boolean isSettled() {
		return this.decision != null || this.problem != null;
	}

	/**
	 * Return whether the approver has approved, and the vote counts.
	 * @return whether there is such a vote
	 */
	public boolean isApproved() {
		return this.problem == null && this.decision != null && this.decision.decision().isApproved();
	}

	/**
	 * Return whether the approver has rejected the call. A rejection is never lost.
	 * @return whether there is such a vote
	 */
	public boolean isRejected() {
		return this.decision != null && !this.decision.decision().isApproved();
	}

	/**
	 * Return the ballot as it is counted.
	 * @return the ballot
	 */
	public Ballot toBallot() {
		if (this.decision != null && (this.problem == null || isRejected())) {
			return new Ballot(this.pairing, isRejected() ? State.REJECTED : State.APPROVED,
					this.decision.decision().evidence().publicKey());
		}
		return Ballot.of(this.pairing, (this.problem != null) ? State.LOST : State.ASKED);
	}

	@Override
	public String toString() {
		return "StoredBallot[id=%s, callId=%s, pairing=%s]".formatted(this.id, this.callId, this.pairing);
	}

}
