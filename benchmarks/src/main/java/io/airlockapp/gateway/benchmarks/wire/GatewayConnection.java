/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Holds the properties of a pairing that a client requires.
 *
 * @param baseUrl the gateway's base URL
 * @param pat the personal access token
 * @param routingToken the routing token
 * @param encryptionKey the encryption key of the artifacts
 * @param signerKeyId the id of the approver's key
 * @param signerKey the approver's key
 */
record GatewayConnection(String baseUrl, String pat, String routingToken, SecretKey encryptionKey, String signerKeyId,
		PublicKey signerKey) {

	private static final String PREFIX = "airlock.gateway.";

	private static final String SIGNER_KEY = PREFIX + "pairing.signer-keys.";

	private static final String ED25519_PREFIX = "302a300506032b6570032100";

	static GatewayConnection of(Map<String, String> properties) throws GeneralSecurityException {
		String signerKey = properties.keySet()
			.stream()
			.filter((name) -> name.startsWith(SIGNER_KEY))
			.findFirst()
			.orElseThrow();
		byte[] raw = Base64.getDecoder().decode(properties.get(signerKey));
		byte[] encoded = HexFormat.of().parseHex(ED25519_PREFIX + HexFormat.of().formatHex(raw));
		byte[] key = Base64.getDecoder().decode(properties.get(PREFIX + "pairing.encryption-key"));
		return new GatewayConnection(properties.get(PREFIX + "base-url"), properties.get(PREFIX + "auth.pat"),
				properties.get(PREFIX + "pairing.routing-token"), new SecretKeySpec(key, "AES"),
				signerKey.substring(SIGNER_KEY.length()),
				KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
	}

	@Override
	public String toString() {
		return "GatewayConnection[baseUrl=%s]".formatted(this.baseUrl);
	}

}
