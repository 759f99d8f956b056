/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ArtifactSubmission;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Phone of the approver. Besides the enforcer, only the phone has the encryption keys,
 * and only the phone has the signing key.
 */
public final class Approver {

	private final SigningKey initialKey = SigningKey.generate();

	private volatile SigningKey key = this.initialKey;

	private volatile SignatureForm form;

	public Approver(SignatureForm form) {
		this.form = form;
	}

	public SignerKey signerKey() {
		return this.key.signerKey();
	}

	public void renewKey() {
		this.key = SigningKey.generate();
	}

	public void reset(SignatureForm initialForm) {
		this.key = this.initialKey;
		this.form = initialForm;
	}

	public void setForm(SignatureForm form) {
		this.form = form;
	}

	/**
	 * Decrypt an artifact for the approver. Like a phone, the approver does not refuse an
	 * artifact that cannot be decrypted, but shows the problem.
	 */
	public PendingRequest open(ArtifactSubmission artifact, EncryptionKey encryptionKey, Instant createdAt) {
		try {
			byte[] plaintext = ArtifactCipher.open(encryptionKey, artifact.ciphertext());
			if (!ArtifactHash.of(plaintext).equals(artifact.artifactHash())) {
				return request(artifact, MissingNode.getInstance(), "The artifact hash is not the plaintext's",
						createdAt);
			}
			JsonNode node = HarpJson.mapper().readTree(plaintext);
			return request(artifact, node, node.isObject() ? null : "The plaintext is not a JSON object", createdAt);
		}
		catch (JacksonException ex) {
			return request(artifact, MissingNode.getInstance(), "The plaintext is not JSON", createdAt);
		}
		catch (IllegalArgumentException ex) {
			return request(artifact, MissingNode.getInstance(), ex.getMessage(), createdAt);
		}
	}

	private static PendingRequest request(ArtifactSubmission artifact, JsonNode plaintext, @Nullable String problem,
			Instant createdAt) {
		Map<String, String> metadata = artifact.metadata();
		return new PendingRequest(artifact.requestId(), artifact.enforcerId(), metadata.get("requestLabel"),
				artifact.artifactType(), metadata.get("workspaceName"), metadata.get("repoName"), metadata, plaintext,
				problem, createdAt, artifact.expiresAt());
	}

	public ObjectNode decide(ArtifactSubmission artifact, SimulatedDecision decision) {
		return DecisionSigner.sign(artifact, decision, this.form, this.key);
	}

	/**
	 * Create the response to a pairing, with the approver's half of the key agreement and
	 * a signature.
	 */
	public PairingAnswer answer(String pairingNonce, String enforcerPublicKey, Instant now) {
		SigningKey signingKey = this.key;
		PairingKeyAgreement agreement = PairingKeyAgreement.generate();
		EncryptionKey encryptionKey = agreement.deriveEncryptionKey(enforcerPublicKey);
		String id = signingKey.signerKey().id();
		String publicKey = signingKey.signerKey().encode();
		String timestamp = now.toString();
		String signed = id + "|" + publicKey + "|" + pairingNonce + "|" + timestamp + "|" + agreement.publicKey();
		ObjectNode response = HarpJson.mapper()
			.createObjectNode()
			.put("signerKeyId", id)
			.put("publicKey", publicKey)
			.put("pairingNonce", pairingNonce)
			.put("timestamp", timestamp)
			.put("x25519PublicKey", agreement.publicKey())
			.put("signature", signingKey.sign(signed.getBytes(StandardCharsets.UTF_8)));
		return new PairingAnswer(response.toString(), encryptionKey);
	}

	/**
	 * Response of the approver to a pairing.
	 *
	 * @param responseJson the response that is sent to the enforcer
	 * @param encryptionKey the encryption key that the approver keeps
	 */
	public record PairingAnswer(String responseJson, EncryptionKey encryptionKey) {
	}

}
