/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.RequestedAction;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.ExactJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds a request that was encrypted once. All repetitions have the same request id, hash
 * and ciphertext.
 *
 * @param requestId the request's id
 * @param hash the artifact hash
 * @param envelope the envelope to submit
 */
public record EncryptedArtifact(String requestId, String hash, Envelope<ArtifactSubmission> envelope) {

	private static final String ACTIONS_EXTENSION = "org.harp.requestedActions";

	/**
	 * Create the artifact of a request.
	 * @param request the request
	 * @param terms the terms of a group, or {@code null} if there is none
	 * @param pairing the pairing to encrypt for
	 * @param enforcer the identity of this application
	 * @param artifactType the type of review that is requested
	 * @param createdAt the time of creation
	 * @param timeout the time from the creation to the expiry
	 * @param trace the trace context by name
	 * @param moreMetadata additional metadata
	 * @return the artifact, with a random id
	 * @throws IllegalArgumentException if the request cannot be sent
	 */
	public static EncryptedArtifact seal(ApprovalRequest request, @Nullable Consumer<ObjectNode> terms, Pairing pairing,
			Enforcer enforcer, String artifactType, Instant createdAt, Duration timeout, Map<String, String> trace,
			Map<String, String> moreMetadata) {
		String requestId = "req-" + UUID.randomUUID();
		Instant expiresAt = createdAt.plus(timeout);
		ObjectNode content = plaintext(request, enforcer, requestId, createdAt, expiresAt);
		if (terms != null) {
			terms.accept(content);
		}
		byte[] plaintext = CanonicalJson.toBytes(content);
		ArtifactHeader header = new ArtifactHeader(requestId, ArtifactHash.of(plaintext), request.getLabel(),
				artifactType, createdAt, expiresAt, trace);
		return of(header, ArtifactCipher.seal(pairing.encryptionKey(), plaintext), pairing.routingToken(), enforcer,
				moreMetadata);
	}

	/**
	 * Create the artifact with a plaintext that is encrypted already.
	 * @param header the clear text of the request
	 * @param ciphertext the encrypted plaintext
	 * @param routingToken the routing token of the pairing
	 * @param enforcer the identity of this application
	 * @param moreMetadata additional metadata
	 * @return the artifact
	 */
	public static EncryptedArtifact of(ArtifactHeader header, Ciphertext ciphertext, String routingToken,
			Enforcer enforcer, Map<String, String> moreMetadata) {
		ArtifactSubmission submission = new ArtifactSubmission(header.artifactType(), header.hash(), ciphertext,
				Envelope.timestamp(header.expiresAt()), metadata(header, routingToken, enforcer, moreMetadata));
		return new EncryptedArtifact(header.requestId(), header.hash(),
				Envelope
					.of(ArtifactSubmission.MSG_TYPE, header.requestId(), header.createdAt(), header.expiresAt(),
							enforcer.id(), submission)
					.withTrace(header.trace()));
	}

	/**
	 * Create the plaintext of a request.
	 * @param request the request
	 * @param enforcer the identity of this application
	 * @param requestId the request's id
	 * @param createdAt the time of creation
	 * @param expiresAt the time of expiry
	 * @return the plaintext, which is not canonical yet
	 */
	public static ObjectNode plaintext(ApprovalRequest request, Enforcer enforcer, String requestId, Instant createdAt,
			Instant expiresAt) {
		ObjectNode plaintext = JsonNodeFactory.instance.objectNode();
		plaintext.put("actionType", request.getActionType());
		plaintext.put("commandText", request.getCommandText());
		plaintext.put("description",
				(request.getDescription() != null) ? request.getDescription() : request.getLabel());
		plaintext.put("workspace", enforcer.workspaceName());
		plaintext.put("repoName", enforcer.repoName());
		plaintext.put("source", enforcer.source());
		// These make the hash unique, so that an approval fits no other request
		plaintext.put("requestId", requestId);
		plaintext.put("createdAt", Envelope.timestamp(createdAt));
		plaintext.put("expiresAt", Envelope.timestamp(expiresAt));
		if (request.getArguments() != null) {
			plaintext.set("arguments", ExactJson.of(request.getArguments()));
		}
		ObjectNode extension = plaintext.putObject("extensions").putObject(ACTIONS_EXTENSION).put("version", 1);
		ArrayNode actions = extension.putArray("actions");
		for (RequestedAction action : request.getActions()) {
			actions.addObject()
				.put("id", action.id())
				.put("caption", action.caption())
				.put("style", action.style().name().toLowerCase(Locale.ROOT))
				.put("decision", action.verdict().name().toLowerCase(Locale.ROOT));
		}
		return plaintext;
	}

	private static Map<String, String> metadata(ArtifactHeader header, String routingToken, Enforcer enforcer,
			Map<String, String> more) {
		Map<String, String> metadata = new LinkedHashMap<>(more);
		metadata.put("routingToken", routingToken);
		metadata.put("workspaceName", enforcer.workspaceName());
		metadata.put("repoName", enforcer.repoName());
		metadata.put("requestLabel", header.label());
		return metadata;
	}

	@Override
	public String toString() {
		return "EncryptedArtifact[requestId=%s, hash=%s]".formatted(this.requestId, this.hash);
	}

}
