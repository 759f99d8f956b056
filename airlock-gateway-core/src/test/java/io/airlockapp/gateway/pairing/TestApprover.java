/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * A phone that answers pairings.
 */
final class TestApprover {

	private final KeyPair keyPair;

	private final PairingKeyAgreement agreement = PairingKeyAgreement.generate();

	TestApprover() {
		try {
			this.keyPair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	SignerKey key() {
		byte[] spki = this.keyPair.getPublic().getEncoded();
		byte[] raw = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
		return SignerKey.of("key-1", Base64.getEncoder().encodeToString(raw));
	}

	/**
	 * Return the encryption key that this phone shares with an enforcer.
	 */
	String encryptionKey(String enforcerPublicKey) {
		return this.agreement.deriveEncryptionKey(enforcerPublicKey).encode();
	}

	String response(String nonce) {
		String signed = String.join("|", "key-1", key().encode(), nonce, "2026-11-24T10:00:00Z",
				this.agreement.publicKey());
		return HarpJson.mapper()
			.createObjectNode()
			.put("signerKeyId", "key-1")
			.put("publicKey", key().encode())
			.put("pairingNonce", nonce)
			.put("timestamp", "2026-11-24T10:00:00Z")
			.put("x25519PublicKey", this.agreement.publicKey())
			.put("signature", sign(signed))
			.toString();
	}

	private String sign(String text) {
		try {
			Signature signer = Signature.getInstance("Ed25519");
			signer.initSign(this.keyPair.getPrivate());
			signer.update(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
