/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with SHA-256 (RFC 5869), without salt and with an output of one block, as HARP
 * specifies it.
 */
public final class Hkdf {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int HASH_SIZE = 32;

	private Hkdf() {
	}

	static byte[] derive(byte[] inputKey, byte[] info) {
		byte[] pseudoRandomKey = hmac(new byte[HASH_SIZE], inputKey);
		byte[] output = hmac(pseudoRandomKey, info, new byte[] { 1 });
		Arrays.fill(pseudoRandomKey, (byte) 0);
		return output;
	}

	/**
	 * Return the HMAC with SHA-256 of a message.
	 * @param key the key
	 * @param parts the parts of the message
	 * @return the 32 bytes of the code
	 */
	public static byte[] hmac(byte[] key, byte[]... parts) {
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
