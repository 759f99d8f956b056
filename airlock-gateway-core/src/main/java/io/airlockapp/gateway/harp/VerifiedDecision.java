/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import org.jspecify.annotations.Nullable;

/**
 * Decision whose signature {@link DecisionVerifier} has verified. The text form does not
 * contain the reason.
 *
 * @param requestId the id of the decided request
 * @param verdict the verdict
 * @param reason the reason given by the person, or {@code null}; for display only, never
 * for logic. In all forms but {@link SignatureForm#SDK_JSON}, it may have been modified
 * in transit
 * @param signerKey the signer key
 * @param evidence the evidence that proves the decision later
 */
public record VerifiedDecision(String requestId, Verdict verdict, @Nullable String reason, SignerKey signerKey,
		DecisionEvidence evidence) {

	/**
	 * Return the form in which the signature verified.
	 * @return the signature form
	 */
	public SignatureForm form() {
		return this.evidence.form();
	}

	@Override
	public String toString() {
		return "VerifiedDecision[requestId=%s, verdict=%s, signerKey=%s, form=%s]".formatted(this.requestId,
				this.verdict, this.signerKey.id(), form());
	}

}
