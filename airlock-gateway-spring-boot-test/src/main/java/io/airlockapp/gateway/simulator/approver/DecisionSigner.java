/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ArtifactSubmission;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates and signs decisions in the forms that approvers use. The signed data is
 * composed independently of the code that verifies it.
 */
final class DecisionSigner {

	private static final SecureRandom random = new SecureRandom();

	private DecisionSigner() {
	}

	/**
	 * Return the signed body of a decision.
	 */
	static ObjectNode sign(ArtifactSubmission artifact, SimulatedDecision decision, SignatureForm form,
			SigningKey key) {
		ObjectNode body = HarpJson.mapper().createObjectNode();
		if (form == SignatureForm.CORE) {
			body.put("requestId", artifact.requestId()).put("artifactHashAlg", "SHA-256");
		}
		body.put("artifactHash", artifact.artifactHash()).put("decision", decision.word());
		if (form == SignatureForm.CORE) {
			body.put("scope", "once").put("expiresAt", artifact.expiresAt().toString()).put("sigAlg", "Ed25519");
		}
		body.put("nonce", nonce()).put("signerKeyId", key.signerKey().id());
		byte[] signed = switch (form) {
			case TEXT -> text(body);
			case CORE -> CanonicalJson.toBytes(body);
			case SDK_JSON -> sdkJson(body, artifact, decision);
		};
		if (form == SignatureForm.SDK_JSON) {
			body.put("decisionHash", ArtifactHash.of(signed));
		}
		if (decision.reason() != null) {
			body.put("reason", decision.reason());
		}
		return body.put("signature", key.sign(signed));
	}

	private static byte[] text(ObjectNode body) {
		return String.join("|", List.of(body.get("artifactHash").stringValue(), body.get("decision").stringValue(),
				body.get("nonce").stringValue()))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] sdkJson(ObjectNode body, ArtifactSubmission artifact, SimulatedDecision decision) {
		ObjectNode signed = body.deepCopy().put("requestId", artifact.requestId());
		if (decision.reason() != null) {
			signed.put("reason", decision.reason());
		}
		return CanonicalJson.toBytes(signed);
	}

	private static String nonce() {
		byte[] nonce = new byte[12];
		random.nextBytes(nonce);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
	}

}
