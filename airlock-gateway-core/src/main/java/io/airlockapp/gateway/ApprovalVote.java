/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Instant;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.harp.VerifiedDecision;
import org.jspecify.annotations.Nullable;

/**
 * Vote of one approver, whose signature has been verified. The text form does not contain
 * the reason.
 *
 * @param pairing the name of the pairing that was asked
 * @param requestId the id of the request to this pairing
 * @param verdict the verdict
 * @param reason the reason given by the person; for display only, never for logic
 * @param signerKeyId the id of the signer key
 * @param signerKeyFingerprint the fingerprint of the signer key
 * @param at the time at which the vote was verified
 * @param counted whether the vote counts. It does not if its key or its person has voted
 * already, if its key was revoked, or if the call was decided before
 * @param evidence the evidence that proves the vote later
 */
public record ApprovalVote(String pairing, String requestId, Verdict verdict, @Nullable String reason,
		String signerKeyId, String signerKeyFingerprint, Instant at, boolean counted, DecisionEvidence evidence) {

	/**
	 * Create the vote of a verified decision, which counts.
	 * @param decision the decision
	 * @param pairing the name of the pairing that was asked
	 * @param at the time at which the decision was verified
	 * @return the vote
	 */
	public static ApprovalVote of(VerifiedDecision decision, String pairing, Instant at) {
		return new ApprovalVote(pairing, decision.requestId(), decision.verdict(), decision.reason(),
				decision.signerKey().id(), decision.signerKey().fingerprint(), at, true, decision.evidence());
	}

	/**
	 * Return this vote as one that counts or does not.
	 * @param isCounted whether it counts
	 * @return the vote
	 */
	public ApprovalVote counted(boolean isCounted) {
		return new ApprovalVote(this.pairing, this.requestId, this.verdict, this.reason, this.signerKeyId,
				this.signerKeyFingerprint, this.at, isCounted, this.evidence);
	}

	@Override
	public String toString() {
		return "ApprovalVote[pairing=%s, requestId=%s, verdict=%s, signerKeyId=%s, counted=%s]".formatted(this.pairing,
				this.requestId, this.verdict, this.signerKeyId, this.counted);
	}

}
