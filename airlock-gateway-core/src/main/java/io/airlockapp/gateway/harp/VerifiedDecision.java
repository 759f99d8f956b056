package io.airlockapp.gateway.harp;

import org.jspecify.annotations.Nullable;

/**
 * Decision whose signature {@link DecisionVerifier} has verified. The text form doesn't
 * show the reason.
 *
 * @param requestId the id of the request that was decided
 * @param verdict the verdict
 * @param reason the reason the person gave, or {@code null}. Unless
 * {@link SignatureForm#signsReason()} it could have been changed on the way: text for
 * people, never for logic
 * @param signerKey the key that signed
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
