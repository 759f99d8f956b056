/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Artifact hash: lowercase hexadecimal SHA-256 of exactly the canonical bytes that are
 * encrypted.
 */
public final class ArtifactHash {

	private ArtifactHash() {
	}

	/**
	 * Return the hash of a canonical plaintext.
	 * @param canonicalPlaintext the bytes from {@link CanonicalJson#toBytes}
	 * @return 64 lowercase hexadecimal digits
	 */
	public static String of(byte[] canonicalPlaintext) {
		return HexFormat.of().formatHex(sha256(canonicalPlaintext));
	}

	static byte[] sha256(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
