/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.harp.VerifiedDecision;
import org.jspecify.annotations.Nullable;

/**
 * Decision whose signatures have been verified: of a person, or of a group of approvers.
 * That of a group has the id of the call and the members of the deciding vote, which is
 * the last one of the quorum or the rejection. The text form does not contain the reason.
 *
 * @param requestId the id of the approval request
 * @param verdict the verdict
 * @param reason the reason given by the person; for display only, never for logic
 * @param signerKeyId the id of the signer key
 * @param signerKeyFingerprint the fingerprint of the signer key
 * @param evidence the evidence that proves the decision later
 * @param votes the votes, in the order of their arrival
 */
public record ApprovalDecision(String requestId, Verdict verdict, @Nullable String reason, String signerKeyId,
		String signerKeyFingerprint, DecisionEvidence evidence, List<ApprovalVote> votes) {

	public ApprovalDecision {
		votes = List.copyOf(votes);
	}

	/**
	 * Create a decision without votes.
	 * @param requestId the id of the approval request
	 * @param verdict the verdict
	 * @param reason the reason given by the person
	 * @param signerKeyId the id of the signer key
	 * @param signerKeyFingerprint the fingerprint of the signer key
	 * @param evidence the evidence that proves the decision later
	 */
	public ApprovalDecision(String requestId, Verdict verdict, @Nullable String reason, String signerKeyId,
			String signerKeyFingerprint, DecisionEvidence evidence) {
		this(requestId, verdict, reason, signerKeyId, signerKeyFingerprint, evidence, List.of());
	}

	public static ApprovalDecision of(VerifiedDecision decision) {
		return new ApprovalDecision(decision.requestId(), decision.verdict(), decision.reason(),
				decision.signerKey().id(), decision.signerKey().fingerprint(), decision.evidence());
	}

	/**
	 * Create the decision by one or several votes.
	 * @param requestId the id of the request, or of the call of a group
	 * @param deciding the deciding vote
	 * @param votes the votes, in the order of their arrival
	 * @return the decision
	 */
	public static ApprovalDecision of(String requestId, ApprovalVote deciding, List<ApprovalVote> votes) {
		return new ApprovalDecision(requestId, deciding.verdict(), deciding.reason(), deciding.signerKeyId(),
				deciding.signerKeyFingerprint(), deciding.evidence(), votes);
	}

	/**
	 * Return whether the verdict is an approval.
	 * @return {@code true} only for {@link Verdict#APPROVE}
	 */
	public boolean isApproved() {
		return this.verdict == Verdict.APPROVE;
	}

	@Override
	public String toString() {
		return "ApprovalDecision[requestId=%s, verdict=%s, signerKeyId=%s, votes=%s]".formatted(this.requestId,
				this.verdict, this.signerKeyId, this.votes);
	}

}
