/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.harp.VerifiedDecision;
import org.jspecify.annotations.Nullable;

/**
 * Decision of a person, whose signature has been verified.
 *
 * @param requestId the id of the approval request
 * @param verdict the verdict
 * @param reason the reason given by the person; for display only, never for logic
 * @param signerKeyId the id of the signer key
 * @param signerKeyFingerprint the fingerprint of the signer key
 * @param evidence the evidence that proves the decision later
 */
public record ApprovalDecision(String requestId, Verdict verdict, @Nullable String reason, String signerKeyId,
		String signerKeyFingerprint, DecisionEvidence evidence) {

	public static ApprovalDecision of(VerifiedDecision decision) {
		return new ApprovalDecision(decision.requestId(), decision.verdict(), decision.reason(),
				decision.signerKey().id(), decision.signerKey().fingerprint(), decision.evidence());
	}

	/**
	 * Return whether the person approved.
	 * @return {@code true} only for {@link Verdict#APPROVE}
	 */
	public boolean isApproved() {
		return this.verdict == Verdict.APPROVE;
	}

}
