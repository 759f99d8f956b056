/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Evidence that proves a decision of a person later and without a gateway. It contains no
 * secret and consists of plain texts, so that it can be stored as JSON.
 *
 * @param requestId the id of the decided request; not signed in
 * {@link SignatureForm#TEXT}, but part of the artifact, which the hash covers
 * @param artifactHash the hash of the displayed artifact
 * @param decision the decision, {@code approve} or {@code reject}
 * @param form the form of the signed data
 * @param signedText the exact text that was signed
 * @param signature the signature of its UTF-8 bytes, as base64
 * @param signerKeyId the id of the signer key
 * @param publicKey the signer key, as base64 of its 32 raw bytes
 */
public record DecisionEvidence(String requestId, String artifactHash, String decision, SignatureForm form,
		String signedText, String signature, String signerKeyId, String publicKey) {

	/**
	 * Return whether the given key signed this decision on this artifact. The caller must
	 * obtain the approver's key from a trusted source: the key in the evidence proves
	 * nothing by itself.
	 * @param signerKey the approver's key
	 * @return {@code true} if the signature verifies and the signed text is consistent
	 * with this evidence
	 */
	public boolean isSignedBy(SignerKey signerKey) {
		try {
			return signerKey.encode().equals(this.publicKey)
					&& signerKey.verifies(StrictUtf8.encode(this.signedText), HarpBase64.decode(this.signature))
					&& saysTheSame();
		}
		catch (IllegalArgumentException | JacksonException ex) {
			return false;
		}
	}

	private boolean saysTheSame() {
		if (this.form == SignatureForm.TEXT) {
			return this.signedText.startsWith(this.artifactHash + "|" + this.decision + "|");
		}
		JsonNode signed = HarpJson.mapper().readTree(this.signedText);
		return says(signed, "requestId", this.requestId) && says(signed, "artifactHash", this.artifactHash)
				&& says(signed, "decision", this.decision);
	}

	private static boolean says(JsonNode signed, String name, String value) {
		return value.equals(signed.path(name).stringValue(null));
	}

	/**
	 * Return whether the decision was made on the given artifact.
	 * @param canonicalPlaintext the artifact's canonical JSON
	 * @return {@code true} if its hash equals the hash in this evidence
	 */
	public boolean covers(byte[] canonicalPlaintext) {
		return ArtifactHash.of(canonicalPlaintext).equals(this.artifactHash);
	}

}
