/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Response of the approver's device to a pairing, whose signature has been verified.
 *
 * @param signerKey the approver's signer key
 * @param x25519PublicKey the approver's public key for the key agreement, as received
 */
public record PairingResponse(SignerKey signerKey, String x25519PublicKey) {

	/**
	 * Read and verify a response. Only a signature of all five fields is accepted: the
	 * legacy form of four fields would let an intermediary replace the public key of the
	 * key agreement.
	 * @param responseJson the response as received
	 * @param pairingNonce the nonce of this application's pairing
	 * @return the verified response
	 * @throws IllegalArgumentException if the response is malformed, belongs to another
	 * pairing, or its signature does not verify
	 */
	public static PairingResponse verify(String responseJson, String pairingNonce) {
		JsonNode response = read(responseJson);
		String signerKeyId = text(response, "signerKeyId");
		String publicKey = text(response, "publicKey");
		String nonce = text(response, "pairingNonce");
		String timestamp = text(response, "timestamp");
		String x25519PublicKey = text(response, "x25519PublicKey");
		if (!nonce.equals(pairingNonce)) {
			throw new IllegalArgumentException("The pairing response belongs to another pairing");
		}
		SignerKey signerKey = SignerKey.of(signerKeyId, publicKey);
		String signed = String.join("|", signerKeyId, publicKey, nonce, timestamp, x25519PublicKey);
		byte[] signature = HarpBase64.decode(text(response, "signature"));
		if (!signerKey.verifies(StrictUtf8.encode(signed), signature)) {
			throw new IllegalArgumentException("The pairing response's signature does not cover its five fields");
		}
		return new PairingResponse(signerKey, x25519PublicKey);
	}

	private static JsonNode read(String responseJson) {
		try {
			return HarpJson.mapper().readTree(responseJson);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The pairing response is not JSON");
		}
	}

	private static String text(JsonNode response, String name) {
		JsonNode value = response.path(name);
		if (!value.isString() || value.stringValue().contains("|")) {
			throw new IllegalArgumentException(
					"The pairing response's '%s' is missing or not a text without '|'".formatted(name));
		}
		return value.stringValue();
	}

}
