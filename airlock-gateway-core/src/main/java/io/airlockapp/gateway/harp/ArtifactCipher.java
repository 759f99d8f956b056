/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Encrypts artifacts with {@link AesGcm}, in the format of HARP.
 */
public final class ArtifactCipher {

	/**
	 * The only algorithm specified by HARP.
	 */
	public static final String ALGORITHM = "AES-256-GCM";

	private static final byte[] NO_ASSOCIATED_DATA = {};

	private ArtifactCipher() {
	}

	/**
	 * Encrypt a canonical plaintext.
	 * @param key the key
	 * @param plaintext the bytes to encrypt
	 * @return the ciphertext with its nonce and tag
	 */
	public static Ciphertext seal(EncryptionKey key, byte[] plaintext) {
		byte[] encrypted = AesGcm.encrypt(key, plaintext, NO_ASSOCIATED_DATA);
		int tag = encrypted.length - AesGcm.TAG_SIZE;
		return new Ciphertext(ALGORITHM, HarpBase64.encode(Arrays.copyOfRange(encrypted, AesGcm.NONCE_SIZE, tag)),
				HarpBase64.encode(Arrays.copyOf(encrypted, AesGcm.NONCE_SIZE)),
				HarpBase64.encode(Arrays.copyOfRange(encrypted, tag, encrypted.length)));
	}

	/**
	 * Decrypt a ciphertext.
	 * @param key the key
	 * @param ciphertext the ciphertext
	 * @return the plaintext
	 * @throws IllegalArgumentException if a member has the wrong size or format, or the
	 * ciphertext was not encrypted with this key
	 */
	public static byte[] open(EncryptionKey key, Ciphertext ciphertext) {
		if (!ALGORITHM.equals(ciphertext.alg())) {
			throw new IllegalArgumentException("'alg' must be " + ALGORITHM);
		}
		byte[] data = HarpBase64.decode(ciphertext.data());
		byte[] nonce = sized("nonce", ciphertext.nonce(), AesGcm.NONCE_SIZE);
		// The JCA also accepts tags of 12 bytes, which are easier to forge
		byte[] tag = sized("tag", ciphertext.tag(), AesGcm.TAG_SIZE);
		byte[] encrypted = ByteBuffer.allocate(nonce.length + data.length + tag.length)
			.put(nonce)
			.put(data)
			.put(tag)
			.array();
		try {
			return AesGcm.decrypt(key, encrypted, NO_ASSOCIATED_DATA);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalArgumentException("The ciphertext was not made with this key or has been changed");
		}
	}

	private static byte[] sized(String name, String text, int size) {
		byte[] bytes = HarpBase64.decode(text);
		if (bytes.length != size) {
			throw new IllegalArgumentException(
					"'%s' must have %s bytes, but has %s".formatted(name, size, bytes.length));
		}
		return bytes;
	}

}
