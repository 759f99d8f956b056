/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The enforcer's part of the key agreement of one pairing: an X25519 key pair (RFC 7748),
 * from which HKDF-SHA256 derives the encryption key.
 */
public final class PairingKeyAgreement {

	private static final String ALGORITHM = "X25519";

	private static final int SIZE = 32;

	private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b656e04220420");

	private static final byte[] INFO = "HARP-E2E-AES256GCM".getBytes(StandardCharsets.US_ASCII);

	private final PrivateKey privateKey;

	private final byte[] publicKey;

	private PairingKeyAgreement(PrivateKey privateKey, byte[] publicKey) {
		this.privateKey = privateKey;
		this.publicKey = publicKey;
	}

	/**
	 * Generate a key pair for one pairing.
	 * @return the key pair
	 */
	public static PairingKeyAgreement generate() {
		try {
			KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
			byte[] spki = pair.getPublic().getEncoded();
			return new PairingKeyAgreement(pair.getPrivate(),
					Arrays.copyOfRange(spki, Curve25519Keys.X25519_SPKI_PREFIX.length, spki.length));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java runtime has no X25519, so pairing is not possible: one that is "
					+ "limited to FIPS 140 may lack it", ex);
		}
	}

	/**
	 * Restore a key pair that was stored during a pairing in progress.
	 * @param rawPrivateKey the 32 raw bytes of the private key
	 * @param rawPublicKey the 32 raw bytes of the public key
	 * @return the key pair
	 * @throws IllegalArgumentException if one of the keys does not have 32 bytes
	 */
	public static PairingKeyAgreement of(byte[] rawPrivateKey, byte[] rawPublicKey) {
		if (rawPrivateKey.length != SIZE || rawPublicKey.length != SIZE) {
			throw new IllegalArgumentException("X25519 keys have 32 bytes");
		}
		try {
			PrivateKey privateKey = KeyFactory.getInstance(ALGORITHM)
				.generatePrivate(new PKCS8EncodedKeySpec(Curve25519Keys.concat(PKCS8_PREFIX, rawPrivateKey)));
			return new PairingKeyAgreement(privateKey, rawPublicKey.clone());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("Not an X25519 private key");
		}
	}

	/**
	 * Return the public key in its wire format: 32 raw bytes as base64url without
	 * padding.
	 * @return the encoded public key
	 */
	public String publicKey() {
		return HarpBase64.encodeUrl(this.publicKey);
	}

	/**
	 * Return the private key for storage during a pairing in progress: 32 raw bytes as
	 * base64url without padding. The result is secret.
	 * @return the encoded private key
	 */
	public String encodePrivateKey() {
		byte[] pkcs8 = this.privateKey.getEncoded();
		try {
			return HarpBase64.encodeUrl(Arrays.copyOfRange(pkcs8, pkcs8.length - SIZE, pkcs8.length));
		}
		finally {
			Arrays.fill(pkcs8, (byte) 0);
		}
	}

	/**
	 * Derive the encryption key, which the approver derives as well.
	 * @param peerPublicKey the approver's X25519 key, raw or {@code
	 * SubjectPublicKeyInfo}, as base64 or base64url
	 * @return the encryption key
	 * @throws IllegalArgumentException if the peer's key is malformed, or is of small
	 * order, which would make the secret predictable
	 */
	public EncryptionKey deriveEncryptionKey(String peerPublicKey) {
		byte[] secret = sharedSecret(
				Curve25519Keys.raw(peerPublicKey, Curve25519Keys.X25519_SPKI_PREFIX, "The approver's X25519 key"));
		try {
			return EncryptionKey.of(Hkdf.derive(secret, INFO));
		}
		finally {
			Arrays.fill(secret, (byte) 0);
		}
	}

	byte[] sharedSecret(byte[] rawPeerKey) {
		byte[] secret;
		try {
			javax.crypto.KeyAgreement agreement = javax.crypto.KeyAgreement.getInstance(ALGORITHM);
			agreement.init(this.privateKey);
			agreement.doPhase(KeyFactory.getInstance(ALGORITHM)
				.generatePublic(
						new X509EncodedKeySpec(Curve25519Keys.concat(Curve25519Keys.X25519_SPKI_PREFIX, rawPeerKey))),
					true);
			secret = agreement.generateSecret();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("The approver's X25519 key is not usable: malformed or of small order");
		}
		if (Arrays.equals(secret, new byte[secret.length])) {
			throw new IllegalArgumentException("The approver's X25519 key is not usable: of small order");
		}
		return secret;
	}

}
