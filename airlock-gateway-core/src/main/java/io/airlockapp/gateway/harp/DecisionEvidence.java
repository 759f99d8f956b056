package io.airlockapp.gateway.harp;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Evidence that proves, later and without a gateway, that a person decided. It holds no
 * secret and consists of plain texts, so that it can be stored as JSON.
 *
 * @param requestId the request that was decided; not in what {@link SignatureForm#TEXT}
 * signs, but in the artifact, which the hash covers
 * @param artifactHash the hash of the artifact that was shown
 * @param decision the decision, {@code approve} or {@code reject}
 * @param form the form of the signed data
 * @param signedText the exact text that was signed
 * @param signature the signature over its UTF-8 bytes, as base64
 * @param signerKeyId the id of the key that signed
 * @param publicKey the key that signed, as base64 of its 32 raw bytes
 */
public record DecisionEvidence(String requestId, String artifactHash, String decision, SignatureForm form,
		String signedText, String signature, String signerKeyId, String publicKey) {

	/**
	 * Return whether a key signed this decision on this artifact. Who asks knows from
	 * elsewhere whose key that is: the key in the evidence proves nothing by itself.
	 * @param signerKey the approver's key
	 * @return {@code true} if the signature verifies and what was signed says the same as
	 * this evidence
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
		JsonNode said = signed.get(name);
		return said != null && said.isString() && said.stringValue().equals(value);
	}

	/**
	 * Return whether the decision was on this artifact.
	 * @param canonicalPlaintext the artifact's canonical JSON
	 * @return {@code true} if its hash is the one that was signed
	 */
	public boolean covers(byte[] canonicalPlaintext) {
		return ArtifactHash.of(canonicalPlaintext).equals(this.artifactHash);
	}

}
