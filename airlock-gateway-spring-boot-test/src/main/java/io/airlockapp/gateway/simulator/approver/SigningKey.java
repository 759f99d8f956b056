/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

import io.airlockapp.gateway.harp.SignerKey;

/**
 * Ed25519 key pair of the approver's device.
 */
final class SigningKey {

	private static final String ALGORITHM = "Ed25519";

	private static final int SPKI_SIZE = 44;

	private static final int RAW_SIZE = 32;

	private final PrivateKey privateKey;

	private final SignerKey signerKey;

	private SigningKey(PrivateKey privateKey, SignerKey signerKey) {
		this.privateKey = privateKey;
		this.signerKey = signerKey;
	}

	static SigningKey generate() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
			byte[] spki = pair.getPublic().getEncoded();
			byte[] raw = Arrays.copyOfRange(spki, SPKI_SIZE - RAW_SIZE, SPKI_SIZE);
			String id = "key-" + UUID.randomUUID().toString().substring(0, 8);
			return new SigningKey(pair.getPrivate(), SignerKey.of(id, Base64.getEncoder().encodeToString(raw)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has Ed25519", ex);
		}
	}

	SignerKey signerKey() {
		return this.signerKey;
	}

	/**
	 * Return the signature of a message as base64url.
	 */
	String sign(byte[] message) {
		try {
			Signature signature = Signature.getInstance(ALGORITHM);
			signature.initSign(this.privateKey);
			signature.update(message);
			return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform can sign with Ed25519", ex);
		}
	}

}
