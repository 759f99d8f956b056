/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.TestSigner;

/**
 * A phone that answers pairings.
 */
final class TestApprover {

	private final TestSigner signer = TestSigner.signer();

	private final PairingKeyAgreement agreement = PairingKeyAgreement.generate();

	SignerKey key() {
		return this.signer.key("key-1");
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
			.put("signature", this.signer.sign(signed))
			.toString();
	}

}
