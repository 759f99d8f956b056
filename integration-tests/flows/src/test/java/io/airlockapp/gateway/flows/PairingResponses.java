/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

import tools.jackson.databind.node.ObjectNode;

/**
 * Answers to pairings that somebody else than the approver signs.
 */
final class PairingResponses {

	static final String[] FIELDS = { "signerKeyId", "publicKey", "pairingNonce", "timestamp", "x25519PublicKey" };

	private static final ApproverKey key = ApproverKey.generate("key-1");

	private PairingResponses() {
	}

	/**
	 * Sign some fields of a response with a key of our own, which the response then has.
	 */
	static ObjectNode sign(ObjectNode response, String... fields) {
		response.put("publicKey", key.signerKey().encode());
		String signed = Arrays.stream(fields)
			.map((name) -> response.path(name).asString(""))
			.collect(Collectors.joining("|"));
		byte[] signature = key.sign(signed.getBytes(StandardCharsets.UTF_8));
		return response.put("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
	}

}
