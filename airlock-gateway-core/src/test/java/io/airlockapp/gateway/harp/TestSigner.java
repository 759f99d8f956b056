/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/**
 * Pair of Ed25519 keys that signs whatever it is told to, without the code under test.
 */
public final class TestSigner {

	private final KeyPair keyPair;

	private TestSigner(SecureRandom random) throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
		generator.initialize(255, random);
		this.keyPair = generator.generateKeyPair();
	}

	/**
	 * Return a new key.
	 * @return the key
	 */
	public static TestSigner signer() {
		try {
			return new TestSigner(new SecureRandom());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the key of a name, which is always the same.
	 */
	static TestSigner named(String name) {
		try {
			SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
			random.setSeed(name.getBytes(StandardCharsets.UTF_8));
			return new TestSigner(random);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the public key as Java encodes it.
	 * @return the key in Base64
	 */
	public String encoded() {
		return Base64.getEncoder().encodeToString(this.keyPair.getPublic().getEncoded());
	}

	byte[] rawKey() {
		byte[] encoded = this.keyPair.getPublic().getEncoded();
		return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
	}

	/**
	 * Return the public key under an id.
	 * @param id the id
	 * @return the key
	 */
	public SignerKey key(String id) {
		return SignerKey.of(id, Base64.getEncoder().encodeToString(rawKey()));
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

	/**
	 * Sign a text.
	 * @param text the text
	 * @return the signature in Base64 for URLs
	 */
	public String sign(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(sign(text.getBytes(StandardCharsets.UTF_8)));
	}

}
