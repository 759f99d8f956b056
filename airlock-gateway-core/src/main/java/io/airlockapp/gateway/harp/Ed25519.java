/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Set;

/**
 * Ed25519 (RFC 8032) with the JCA, extended by the checks that the JCA omits: the exact
 * size of a signature, {@code S} below the group order, and keys that are canonical and
 * not of small order. With a key of small order, some signatures are valid for many
 * messages.
 */
final class Ed25519 {

	private static final int SIGNATURE_SIZE = 64;

	private static final BigInteger FIELD = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

	private static final BigInteger ORDER = BigInteger.TWO.pow(252)
		.add(new BigInteger("27742317777372353535851937790883648493"));

	private static final BigInteger ORDER_EIGHT = new BigInteger(
			"2707385501144840649318225287225658788936804267575313519463743609750303402022");

	/**
	 * The y coordinates of all points whose order divides the cofactor: orders 1, 2, 4
	 * and 8.
	 */
	private static final Set<BigInteger> SMALL_ORDER = Set.of(BigInteger.ONE, FIELD.subtract(BigInteger.ONE),
			BigInteger.ZERO, ORDER_EIGHT, FIELD.subtract(ORDER_EIGHT));

	private Ed25519() {
	}

	static PublicKey publicKey(byte[] raw) {
		byte[] bigEndian = reversed(raw);
		bigEndian[0] &= 0x7f;
		BigInteger y = new BigInteger(1, bigEndian);
		if (y.compareTo(FIELD) >= 0 || SMALL_ORDER.contains(y)) {
			throw new IllegalArgumentException("Not an Ed25519 public key: not canonical, or of small order");
		}
		try {
			PublicKey key = KeyFactory.getInstance("Ed25519")
				.generatePublic(new X509EncodedKeySpec(Curve25519Keys.concat(Curve25519Keys.ED25519_SPKI_PREFIX, raw)));
			// Only this verifies that the point is on the curve
			Signature.getInstance("Ed25519").initVerify(key);
			return key;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(
					"This Java runtime has no Ed25519, so no approval could be verified: one that "
							+ "is limited to FIPS 140 may lack it",
					ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("Not an Ed25519 public key: not a point on the curve");
		}
	}

	static boolean verify(PublicKey key, byte[] message, byte[] signature) {
		// Java 17 accepts 65 bytes that end in zero (JDK-8285389)
		if (signature.length != SIGNATURE_SIZE) {
			return false;
		}
		BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, SIGNATURE_SIZE)));
		if (s.compareTo(ORDER) >= 0) {
			return false;
		}
		try {
			Signature verifier = Signature.getInstance("Ed25519");
			verifier.initVerify(key);
			verifier.update(message);
			return verifier.verify(signature);
		}
		catch (Exception ex) {
			// Malformed points result in exceptions, some of them unchecked
			return false;
		}
	}

	private static byte[] reversed(byte[] bytes) {
		byte[] result = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			result[i] = bytes[bytes.length - 1 - i];
		}
		return result;
	}

}
