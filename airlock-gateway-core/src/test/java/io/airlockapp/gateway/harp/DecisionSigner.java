/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs decisions as approvers do. What it signs is put together without the code under
 * test, so that a mistake there cannot cancel itself out. The same id always gives the
 * same key.
 */
final class DecisionSigner {

	static final String REQUEST_ID = "req-0f6d3c52";

	static final String ARTIFACT_HASH = "d11aa5da445432d22024e8f8e377d2373bc13247defc172978063421a30997e9";

	static final String NONCE = "q83vEjRWeJq8-_Ap";

	static final Instant EXPIRY = Instant.parse("2026-11-24T10:05:00Z");

	private static final List<String> SDK_MEMBERS = List.of("requestId", "artifactHash", "decision", "reason", "nonce",
			"signerKeyId");

	private static final List<String> CORE_MEMBERS = List.of("requestId", "artifactHashAlg", "artifactHash", "repoRef",
			"decision", "scope", "expiresAt", "nonce", "sigAlg", "signerKeyId", "policyHints");

	private static final JsonMapper sortingMapper = JsonMapper.builder()
		.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
		.build();

	private final String id;

	private final TestSigner signer;

	DecisionSigner(String id) {
		this.id = id;
		this.signer = TestSigner.named(id);
	}

	SignerKey key() {
		return keyNamed(this.id);
	}

	SignerKey keyNamed(String otherId) {
		return this.signer.key(otherId);
	}

	byte[] rawPublicKey() {
		return this.signer.rawKey();
	}

	byte[] sign(byte[] message) {
		return this.signer.sign(message);
	}

	/**
	 * Return a signed approval with every member that approvers send in this form.
	 */
	ObjectNode approval(SignatureForm form) {
		return sign(form, unsigned(form, "approve"));
	}

	/**
	 * Return a decision without a signature, to be changed before it is signed.
	 */
	ObjectNode unsigned(SignatureForm form, String decision) {
		ObjectNode body = JsonNodeFactory.instance.objectNode()
			.put("artifactHash", ARTIFACT_HASH)
			.put("decision", decision)
			.put("nonce", NONCE)
			.put("signerKeyId", this.id);
		switch (form) {
			case TEXT -> {
			}
			case SDK_JSON -> body.put("reason", "Looks good");
			case CORE -> {
				body.put("requestId", REQUEST_ID)
					.put("artifactHashAlg", "SHA-256")
					.put("repoRef", "repo:demo")
					.put("scope", "once")
					.put("expiresAt", EXPIRY.toString())
					.put("sigAlg", "Ed25519");
				body.putObject("policyHints").put("risk", "medium").put("level", 2);
			}
		}
		return body;
	}

	ObjectNode sign(SignatureForm form, ObjectNode body) {
		byte[] signed = switch (form) {
			case TEXT ->
				"%s|%s|%s"
					.formatted(body.get("artifactHash").stringValue(), body.get("decision").stringValue(),
							body.get("nonce").stringValue())
					.getBytes(StandardCharsets.UTF_8);
			case SDK_JSON -> sorted(body.deepCopy().put("requestId", REQUEST_ID), SDK_MEMBERS);
			case CORE -> sorted(body, CORE_MEMBERS);
		};
		return body.put("signature", HarpBase64.encodeUrl(sign(signed)));
	}

	private static byte[] sorted(ObjectNode body, List<String> members) {
		return sortingMapper.writeValueAsBytes(body.deepCopy().retain(members));
	}

	static DecisionMessage deliver(JsonNode body) {
		return new DecisionMessage(DecisionMessage.MSG_TYPE, REQUEST_ID, EXPIRY.toString(), body);
	}

}
