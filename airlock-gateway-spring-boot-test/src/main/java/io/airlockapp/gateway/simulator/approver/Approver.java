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
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.gateway.ArtifactSubmission;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Approver, who decrypts and decides on a phone. Besides the enforcer, only the phone has
 * the encryption keys.
 *
 * @param name the approver's name
 * @param phone the phone, which approvers can share
 */
public record Approver(String name, Phone phone) {

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

	private PendingRequest request(ArtifactSubmission artifact, JsonNode plaintext, @Nullable String problem,
			Instant createdAt) {
		Map<String, String> metadata = artifact.metadata();
		return new PendingRequest(artifact.requestId(), this.name, artifact.enforcerId(), metadata.get("requestLabel"),
				artifact.artifactType(), metadata.get("workspaceName"), metadata.get("repoName"), metadata, plaintext,
				problem, createdAt, artifact.expiresAt());
	}

	/**
	 * Create the response to a pairing, with the approver's half of the key agreement and
	 * a signature.
	 */
	public PairingResult pair(String pairingNonce, String enforcerPublicKey, Instant now) {
		SigningKey signingKey = this.phone.key();
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
		return new PairingResult(response.toString(), encryptionKey);
	}

	/**
	 * Response of the approver to a pairing.
	 *
	 * @param responseJson the response that is sent to the enforcer
	 * @param encryptionKey the encryption key that the approver keeps
	 */
	public record PairingResult(String responseJson, EncryptionKey encryptionKey) {
	}

}
