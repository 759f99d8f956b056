package io.airlockapp.gateway.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

import io.airlockapp.gateway.harp.AesGcm;
import io.airlockapp.gateway.harp.EncryptionKey;

/**
 * Encrypts texts with AES-256-GCM. Each has its own nonce and is bound to its entry's
 * name. An encrypted text is {@value #PREFIX} and, as base64url without padding, nonce,
 * ciphertext and tag.
 */
final class EntryCipher {

	/**
	 * What every encrypted text begins with. Its number changes with the format.
	 */
	static final String PREFIX = "airlock-encrypted:1:";

	private final EncryptionKey key;

	EntryCipher(EncryptionKey key) {
		this.key = key;
	}

	static boolean isEncrypted(String text) {
		return text.startsWith("airlock-encrypted:");
	}

	String encrypt(String name, String text) {
		return PREFIX + encode(AesGcm.encrypt(this.key, EntryRules.encode(text), boundTo(name)));
	}

	/**
	 * Decrypt a text.
	 * @throws GeneralSecurityException if it was not encrypted under this name and with
	 * this key, or was changed since
	 */
	String decrypt(String name, String text) throws GeneralSecurityException {
		return new String(AesGcm.decrypt(this.key, decode(text), boundTo(name)), StandardCharsets.UTF_8);
	}

	private static byte[] boundTo(String name) {
		return (PREFIX + name).getBytes(StandardCharsets.UTF_8);
	}

	private static String encode(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	private static byte[] decode(String text) throws GeneralSecurityException {
		String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
		byte[] bytes;
		try {
			bytes = Base64.getUrlDecoder().decode(encoded);
		}
		catch (IllegalArgumentException ex) {
			throw new GeneralSecurityException("Not base64url");
		}
		// The decoder takes several spellings of the same bytes
		if (!encode(bytes).equals(encoded)) {
			throw new GeneralSecurityException("Not of this format");
		}
		return bytes;
	}

}
