package io.airlockapp.gateway.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import io.airlockapp.gateway.harp.EncryptionKey;

/**
 * Encrypts texts with AES-256-GCM, each with a nonce of its own and bound to its entry's
 * name. An encrypted text is {@value #PREFIX} and, as base64url without padding, nonce,
 * ciphertext and tag.
 */
final class EntryCipher {

	/**
	 * What every encrypted text begins with. Its number changes with the format.
	 */
	static final String PREFIX = "airlock-encrypted:1:";

	private static final int NONCE_SIZE = 12;

	private static final int TAG_SIZE = 16;

	private static final SecureRandom random = new SecureRandom();

	private final SecretKey key;

	EntryCipher(EncryptionKey key) {
		this.key = new SecretKeySpec(Base64.getUrlDecoder().decode(key.encode()), "AES");
	}

	static boolean isEncrypted(String text) {
		return text.startsWith("airlock-encrypted:");
	}

	String encrypt(String name, String text) {
		byte[] nonce = new byte[NONCE_SIZE];
		random.nextBytes(nonce);
		try {
			byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(EntryRules.encode(text));
			byte[] bytes = Arrays.copyOf(nonce, NONCE_SIZE + sealed.length);
			System.arraycopy(sealed, 0, bytes, NONCE_SIZE, sealed.length);
			return PREFIX + encode(bytes);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has AES-GCM", ex);
		}
	}

	/**
	 * Decrypt a text.
	 * @throws GeneralSecurityException if it was not encrypted under this name and with
	 * this key, or was changed since
	 */
	String decrypt(String name, String text) throws GeneralSecurityException {
		byte[] bytes = decode(text);
		byte[] nonce = Arrays.copyOf(bytes, NONCE_SIZE);
		Cipher cipher = cipher(Cipher.DECRYPT_MODE, name, nonce);
		byte[] plain = cipher.doFinal(bytes, NONCE_SIZE, bytes.length - NONCE_SIZE);
		return new String(plain, StandardCharsets.UTF_8);
	}

	private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, this.key, new GCMParameterSpec(TAG_SIZE * 8, nonce));
		cipher.updateAAD((PREFIX + name).getBytes(StandardCharsets.UTF_8));
		return cipher;
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
		if (bytes.length < NONCE_SIZE + TAG_SIZE || !encode(bytes).equals(encoded)) {
			throw new GeneralSecurityException("Not of this format");
		}
		return bytes;
	}

}
