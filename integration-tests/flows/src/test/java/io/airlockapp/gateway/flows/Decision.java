/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

import io.airlockapp.gateway.harp.SignatureForm;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decision on its way from the approver to the application, to be changed by whoever
 * relays it.
 *
 * @param form the form it is signed in
 * @param key the approver's key
 * @param envelope the {@code decision.deliver} envelope
 */
record Decision(SignatureForm form, ApproverKey key, ObjectNode envelope) {

	private static final JsonMapper mapper = new JsonMapper();

	/**
	 * Sign a decision with every member that approvers send in this form.
	 */
	static Decision signed(SignatureForm form, ApproverKey key, String word, String requestId, String artifactHash) {
		Instant now = Instant.now();
		ObjectNode envelope = mapper.createObjectNode()
			.put("msgId", "msg-" + UUID.randomUUID())
			.put("msgType", "decision.deliver")
			.put("requestId", requestId)
			.put("createdAt", now.toString())
			.put("expiresAt", now.plusSeconds(300).toString());
		envelope.putObject("sender").put("enforcerId", "gateway");
		ObjectNode body = envelope.putObject("body")
			.put("artifactHash", artifactHash)
			.put("decision", word)
			.put("nonce", UUID.randomUUID().toString())
			.put("signerKeyId", key.id());
		switch (form) {
			case TEXT -> {
			}
			case SDK_JSON -> body.put("reason", "Looks good");
			case CORE -> {
				body.put("requestId", requestId)
					.put("artifactHashAlg", "SHA-256")
					.put("repoRef", "repo:demo")
					.put("scope", "once")
					.put("expiresAt", now.plusSeconds(300).toString())
					.put("sigAlg", "Ed25519");
				body.putObject("policyHints").put("risk", "medium").put("level", 2);
			}
		}
		return new Decision(form, key, envelope).sign();
	}

	ObjectNode body() {
		return (ObjectNode) this.envelope.get("body");
	}

	String requestId() {
		return this.envelope.get("requestId").stringValue();
	}

	byte[] signature() {
		return Base64.getUrlDecoder().decode(body().get("signature").stringValue());
	}

	/**
	 * Sign what the body says now.
	 */
	Decision sign() {
		return sign(this.key);
	}

	Decision sign(ApproverKey otherKey) {
		return put(otherKey.sign(this.form, requestId(), body()));
	}

	Decision put(byte[] signature) {
		body().put("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
		return this;
	}

}
