/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HarpEnvelope;
import io.airlockapp.gateway.simulator.http.JsonBody;

/**
 * Artifact as the enforcer submitted it.
 *
 * @param requestId the exchange's id
 * @param enforcerId the enforcer that sent it
 * @param artifactType its type
 * @param artifactHash the hash of its plaintext
 * @param ciphertext the encrypted plaintext
 * @param routingToken the token that routes it to its approver
 * @param metadata the clear-text metadata without the routing token
 * @param expiresAt the time until which it can be decided
 */
public record ArtifactSubmission(String requestId, String enforcerId, String artifactType, String artifactHash,
		Ciphertext ciphertext, String routingToken, Map<String, String> metadata, Instant expiresAt) {

	private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

	static ArtifactSubmission parse(JsonBody envelope) {
		String enforcerId = HarpEnvelope.check(envelope, "artifact.submit");
		JsonBody body = envelope.object("body");
		String hash = body.text("artifactHash");
		if (!HASH.matcher(hash).matches()) {
			throw GatewayRefusal.badRequest("'body.artifactHash' is not 64 lowercase hexadecimal digits");
		}
		JsonBody sealed = body.object("ciphertext");
		Ciphertext ciphertext = new Ciphertext(sealed.text("alg"), sealed.text("data"), sealed.text("nonce"),
				sealed.text("tag"));
		Map<String, String> metadata = new LinkedHashMap<>(body.object("metadata").texts());
		String routingToken = metadata.remove("routingToken");
		if (routingToken == null || routingToken.isBlank()) {
			throw GatewayRefusal.of(422, "no_approver", "'body.metadata.routingToken' is missing");
		}
		return new ArtifactSubmission(envelope.text("requestId"), enforcerId, body.text("artifactType"), hash,
				ciphertext, routingToken, metadata, body.instant("expiresAt"));
	}

	/**
	 * Return whether the artifact only reports the decision of a do-not-disturb policy.
	 */
	boolean isAudit() {
		return "true".equals(this.metadata.get("dndAudit"));
	}

}
