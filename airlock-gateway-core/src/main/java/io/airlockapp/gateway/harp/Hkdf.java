/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with SHA-256 (RFC 5869).
 */
final class Hkdf {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int HASH_SIZE = 32;

	private Hkdf() {
	}

	static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int size) {
		if (size < 1 || size > 255 * HASH_SIZE) {
			throw new IllegalArgumentException("HKDF gives 1 to %s bytes".formatted(255 * HASH_SIZE));
		}
		byte[] pseudoRandomKey = hmac((salt.length > 0) ? salt : new byte[HASH_SIZE], inputKey);
		byte[] output = new byte[size];
		byte[] block = {};
		for (int done = 0, counter = 1; done < size; done += block.length, counter++) {
			block = hmac(pseudoRandomKey, block, info, new byte[] { (byte) counter });
			System.arraycopy(block, 0, output, done, Math.min(block.length, size - done));
		}
		Arrays.fill(pseudoRandomKey, (byte) 0);
		return output;
	}

	private static byte[] hmac(byte[] key, byte[]... parts) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(key, ALGORITHM));
			for (byte[] part : parts) {
				mac.update(part);
			}
			return mac.doFinal();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has HMAC-SHA256", ex);
		}
	}

}
