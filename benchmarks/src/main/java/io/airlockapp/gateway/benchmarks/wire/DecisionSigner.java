/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/**
 * Signs approvals with the Ed25519 key of an approver.
 */
public final class DecisionSigner {

	/**
	 * The id of the key.
	 */
	public static final String KEY_ID = "key-benchmark";

	private static final int RAW_SIZE = 32;

	private final KeyPair keys;

	/**
	 * Create a signer with a new key.
	 * @throws GeneralSecurityException if the key cannot be created
	 */
	public DecisionSigner() throws GeneralSecurityException {
		this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
	}

	/**
	 * Return the public key, whose raw bytes are the end of its encoded form.
	 * @return the key as base64
	 */
	public String publicKey() {
		byte[] encoded = this.keys.getPublic().getEncoded();
		return Base64.getEncoder()
			.encodeToString(Arrays.copyOfRange(encoded, encoded.length - RAW_SIZE, encoded.length));
	}

	/**
	 * Return the signed body of an approval.
	 * @param hash the artifact hash
	 * @return the body as JSON
	 * @throws GeneralSecurityException if it cannot be signed
	 */
	public String approve(String hash) throws GeneralSecurityException {
		String nonce = UUID.randomUUID().toString();
		Signature signature = Signature.getInstance("Ed25519");
		signature.initSign(this.keys.getPrivate());
		signature.update((hash + "|approve|" + nonce).getBytes(StandardCharsets.UTF_8));
		return """
				{"artifactHash":"%s","decision":"approve","nonce":"%s","signerKeyId":"%s","signature":"%s"}"""
			.formatted(hash, nonce, KEY_ID, Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign()));
	}

}
