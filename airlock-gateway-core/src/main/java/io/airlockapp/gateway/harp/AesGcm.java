/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a fresh random 12-byte nonce per encryption and a 16-byte tag.
 * Encrypted data is the concatenation of nonce, ciphertext and tag.
 */
final class AesGcm {

	static final int NONCE_SIZE = 12;

	static final int TAG_SIZE = 16;

	private static final SecureRandom random = new SecureRandom();

	private AesGcm() {
	}

	/**
	 * Encrypt bytes.
	 * @param key the key
	 * @param plaintext the bytes to encrypt
	 * @param associatedData the data to which the encrypted bytes are bound
	 * @return nonce, ciphertext and tag
	 */
	public static byte[] encrypt(EncryptionKey key, byte[] plaintext, byte[] associatedData) {
		byte[] nonce = new byte[NONCE_SIZE];
		random.nextBytes(nonce);
		try {
			byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData).doFinal(plaintext);
			byte[] encrypted = Arrays.copyOf(nonce, NONCE_SIZE + sealed.length);
			System.arraycopy(sealed, 0, encrypted, NONCE_SIZE, sealed.length);
			return encrypted;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has AES-GCM", ex);
		}
	}

	/**
	 * Decrypt bytes.
	 * @param key the key
	 * @param encrypted nonce, ciphertext and tag
	 * @param associatedData the data to which the encrypted bytes are bound
	 * @return the plaintext
	 * @throws GeneralSecurityException if the bytes were not encrypted with this key and
	 * this data, or were modified
	 */
	public static byte[] decrypt(EncryptionKey key, byte[] encrypted, byte[] associatedData)
			throws GeneralSecurityException {
		if (encrypted.length < NONCE_SIZE + TAG_SIZE) {
			throw new AEADBadTagException("Too short");
		}
		byte[] nonce = Arrays.copyOf(encrypted, NONCE_SIZE);
		return cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData).doFinal(encrypted, NONCE_SIZE,
				encrypted.length - NONCE_SIZE);
	}

	private static Cipher cipher(int mode, EncryptionKey key, byte[] nonce, byte[] associatedData)
			throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, key.asSecretKey(), new GCMParameterSpec(TAG_SIZE * 8, nonce));
		cipher.updateAAD(associatedData);
		return cipher;
	}

}
