/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Encrypts texts with AES-256-GCM for storage. Each text has its own nonce and is bound
 * to its place. An encrypted text consists of {@value #PREFIX} and the base64url encoding
 * without padding of nonce, ciphertext and tag.
 */
public final class EncryptedText {

	/**
	 * The prefix of encrypted texts. Its number changes with the format.
	 */
	public static final String PREFIX = "airlock-encrypted:1:";

	private EncryptedText() {
	}

	/**
	 * Return whether a text is encrypted, in this format or another one.
	 * @param text the text
	 * @return whether it begins like an encrypted text
	 */
	public static boolean isEncrypted(String text) {
		return text.startsWith("airlock-encrypted:");
	}

	/**
	 * Encrypt a text.
	 * @param key the key
	 * @param utf8 the text as UTF-8
	 * @param place the place that the text is bound to
	 * @return the encrypted text
	 */
	public static String encrypt(EncryptionKey key, byte[] utf8, String place) {
		return PREFIX + HarpBase64.encodeUrl(AesGcm.encrypt(key, utf8, boundTo(place)));
	}

	/**
	 * Decrypt a text.
	 * @param key the key
	 * @param text the encrypted text
	 * @param place the place that the text is bound to
	 * @return the text
	 * @throws GeneralSecurityException if the text does not have this format, or was not
	 * encrypted with this key for this place
	 */
	public static String decrypt(EncryptionKey key, String text, String place) throws GeneralSecurityException {
		return new String(AesGcm.decrypt(key, decode(text), boundTo(place)), StandardCharsets.UTF_8);
	}

	private static byte[] boundTo(String place) {
		return (PREFIX + place).getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] decode(String text) throws GeneralSecurityException {
		String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
		try {
			byte[] bytes = HarpBase64.decode(encoded);
			// Peers may use other encodings, but texts are written in this one only
			if (HarpBase64.encodeUrl(bytes).equals(encoded)) {
				return bytes;
			}
		}
		catch (IllegalArgumentException ex) {
			// Reported below
		}
		throw new GeneralSecurityException("Not of this format");
	}

}
