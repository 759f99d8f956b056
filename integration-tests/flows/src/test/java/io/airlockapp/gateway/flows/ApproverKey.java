/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An approver's key with its private half, which signs whatever it is told to. What it
 * signs is put together without the code under test, so that a mistake there cannot
 * cancel itself out.
 */
final class ApproverKey {

	private static final List<String> SDK_MEMBERS = List.of("requestId", "artifactHash", "decision", "reason", "nonce",
			"signerKeyId");

	private static final List<String> CORE_MEMBERS = List.of("requestId", "artifactHashAlg", "artifactHash", "repoRef",
			"decision", "scope", "expiresAt", "nonce", "sigAlg", "signerKeyId", "policyHints");

	private static final JsonMapper sortingMapper = JsonMapper.builder()
		.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
		.build();

	private final String id;

	private final KeyPair keyPair;

	private ApproverKey(String id, KeyPair keyPair) {
		this.id = id;
		this.keyPair = keyPair;
	}

	static ApproverKey generate(String id) {
		try {
			return new ApproverKey(id, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the same key under another id.
	 */
	ApproverKey named(String otherId) {
		return new ApproverKey(otherId, this.keyPair);
	}

	String id() {
		return this.id;
	}

	SignerKey signerKey() {
		byte[] spki = this.keyPair.getPublic().getEncoded();
		byte[] raw = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
		return SignerKey.of(this.id, Base64.getEncoder().encodeToString(raw));
	}

	/**
	 * Return the property that pairs an application with this key.
	 */
	String property() {
		return "airlock.gateway.pairing.signer-keys.%s=%s".formatted(this.id, signerKey().encode());
	}

	/**
	 * Replace the decision in an envelope by another one, signed with this key.
	 */
	ObjectNode decide(ObjectNode envelope, String decision) {
		ObjectNode body = (ObjectNode) envelope.get("body");
		body.put("decision", decision).put("nonce", UUID.randomUUID().toString()).put("signerKeyId", this.id);
		byte[] signature = sign(SignatureForm.TEXT, "", body);
		body.put("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
		return envelope;
	}

	byte[] sign(SignatureForm form, String requestId, ObjectNode body) {
		return sign(switch (form) {
			case TEXT -> (body.path("artifactHash").asString("") + "|" + body.path("decision").asString("") + "|"
					+ body.path("nonce").asString(""))
				.getBytes(StandardCharsets.UTF_8);
			case SDK_JSON -> sorted(body.deepCopy().put("requestId", requestId), SDK_MEMBERS);
			case CORE -> sorted(body.deepCopy(), CORE_MEMBERS);
		});
	}

	private static byte[] sorted(ObjectNode body, List<String> members) {
		return sortingMapper.writeValueAsBytes(body.retain(members));
	}

	byte[] sign(byte[] message) {
		try {
			Signature signer = Signature.getInstance("Ed25519");
			signer.initSign(this.keyPair.getPrivate());
			signer.update(message);
			return signer.sign();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
