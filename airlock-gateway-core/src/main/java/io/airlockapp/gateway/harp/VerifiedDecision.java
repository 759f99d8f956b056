package io.airlockapp.gateway.harp;

import org.jspecify.annotations.Nullable;

/**
 * Decision whose signature has been verified. Only {@link DecisionVerifier} creates one.
 */
public final class VerifiedDecision {

	private final String requestId;

	private final Verdict verdict;

	private final @Nullable String reason;

	private final SignerKey signerKey;

	private final DecisionEvidence evidence;

	VerifiedDecision(String requestId, Verdict verdict, @Nullable String reason, SignerKey signerKey,
			DecisionEvidence evidence) {
		this.requestId = requestId;
		this.verdict = verdict;
		this.reason = reason;
		this.signerKey = signerKey;
		this.evidence = evidence;
	}

	/**
	 * Return the id of the request that was decided.
	 * @return the request id
	 */
	public String requestId() {
		return this.requestId;
	}

	/**
	 * Return what was decided.
	 * @return the verdict
	 */
	public Verdict verdict() {
		return this.verdict;
	}

	/**
	 * Return the reason the person gave. Unless {@link SignatureForm#signsReason()} it
	 * could have been changed on the way: text for people, never for logic.
	 * @return the reason, or {@code null}
	 */
	public @Nullable String reason() {
		return this.reason;
	}

	/**
	 * Return the key that signed.
	 * @return the signer key
	 */
	public SignerKey signerKey() {
		return this.signerKey;
	}

	/**
	 * Return the form in which the signature verified.
	 * @return the signature form
	 */
	public SignatureForm form() {
		return this.evidence.form();
	}

	/**
	 * Return what proves the decision later.
	 * @return the evidence
	 */
	public DecisionEvidence evidence() {
		return this.evidence;
	}

	@Override
	public String toString() {
		return "VerifiedDecision[requestId=%s, verdict=%s, signerKey=%s, form=%s]".formatted(this.requestId,
				this.verdict, this.signerKey.id(), form());
	}

}
