/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs pairing responses as approvers do.
 */
final class PairingSigner {

	static final String NONCE = "pn-5be1d0a4";

	static final String X25519_PUBLIC_KEY = "Dpohti8FDkapewZRXvg5EhMOi5XfEgoWp3RnGfJ-0D8";

	private final DecisionSigner signer = new DecisionSigner("key-1");

	SignerKey key() {
		return this.signer.key();
	}

	ObjectNode response() {
		return sign(unsigned());
	}

	ObjectNode unsigned() {
		return JsonNodeFactory.instance.objectNode()
			.put("signerKeyId", "key-1")
			.put("publicKey", this.signer.key().encode())
			.put("pairingNonce", NONCE)
			.put("timestamp", "2026-11-24T10:00:00.000Z")
			.put("x25519PublicKey", X25519_PUBLIC_KEY);
	}

	ObjectNode sign(ObjectNode response) {
		String signed = Stream.of("signerKeyId", "publicKey", "pairingNonce", "timestamp", "x25519PublicKey")
			.map((name) -> response.get(name).stringValue())
			.collect(Collectors.joining("|"));
		byte[] signature = this.signer.sign(signed.getBytes(StandardCharsets.UTF_8));
		return response.put("signature", HarpBase64.encodeUrl(signature));
	}

}
