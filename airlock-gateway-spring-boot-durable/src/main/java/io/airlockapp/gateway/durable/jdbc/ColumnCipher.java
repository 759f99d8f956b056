package io.airlockapp.gateway.durable.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.harp.AesGcm;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the texts of columns with AES-256-GCM, if there is a key. A text is bound to
 * its call and column. An encrypted text consists of {@value #PREFIX} and the base64url
 * encoding without padding of nonce, ciphertext and tag. With a key, other texts are
 * refused: otherwise, anyone with write access to the table could inject one.
 */
final class ColumnCipher {

	/**
	 * The prefix of encrypted texts. Its number changes with the format.
	 */
	static final String PREFIX = "airlock-encrypted:1:";

	private static final String PURPOSE = "airlock-durable-v1";

	private static final String KEY_PROPERTY = "airlock.gateway.pairing.store.key";

	private final @Nullable EncryptionKey key;

	private final List<EncryptionKey> keys;

	/**
	 * Create a cipher.
	 * @param storeKey the key from which the encryption key is derived, or {@code null}
	 * to store plain texts
	 * @param previousStoreKeys keys that only decrypt
	 */
	ColumnCipher(@Nullable EncryptionKey storeKey, List<EncryptionKey> previousStoreKeys) {
		if (storeKey == null && !previousStoreKeys.isEmpty()) {
			throw new IllegalArgumentException("Previous keys need a key that replaces them");
		}
		this.key = (storeKey != null) ? storeKey.derive(PURPOSE) : null;
		this.keys = Stream.concat(Stream.ofNullable(storeKey), previousStoreKeys.stream())
			.map((each) -> each.derive(PURPOSE))
			.toList();
	}

	@Nullable String encrypt(String id, String column, @Nullable String text) {
		if (text == null) {
			return null;
		}
		byte[] bytes = StrictUtf8.encode(text);
		if (this.key != null) {
			return PREFIX + encode(AesGcm.encrypt(this.key, bytes, boundTo(id, column)));
		}
		if (isEncrypted(text)) {
			throw new IllegalArgumentException("A plain text begins like an encrypted one");
		}
		return text;
	}

	@Nullable String decrypt(String id, String column, @Nullable String text) {
		if (text == null) {
			return null;
		}
		if (isEncrypted(text) != (this.key != null)) {
			throw unreadable(id, column,
					(this.key != null) ? "it is not encrypted, but '%s' is set".formatted(KEY_PROPERTY)
							: "it is encrypted, but '%s' is not set".formatted(KEY_PROPERTY),
					new GeneralSecurityException("Not encrypted with a known key"));
		}
		return (this.key != null) ? decrypt(id, column, decode(text)) : text;
	}

	private String decrypt(String id, String column, byte[] encrypted) {
		GeneralSecurityException failure = new GeneralSecurityException("There is no key");
		for (EncryptionKey candidate : this.keys) {
			try {
				return new String(AesGcm.decrypt(candidate, encrypted, boundTo(id, column)), StandardCharsets.UTF_8);
			}
			catch (GeneralSecurityException ex) {
				failure = ex;
			}
		}
		throw unreadable(id, column,
				("neither '%s' nor 'airlock.gateway.durable.previous-store-keys' has the key that it was encrypted with, or "
						+ "it was changed or is another call's")
					.formatted(KEY_PROPERTY),
				failure);
	}

	private static UnreadableCallException unreadable(String id, String column, String reason, Exception cause) {
		return new UnreadableCallException("%s of call '%s' can't be decrypted: %s".formatted(column, id, reason),
				cause);
	}

	private static boolean isEncrypted(String text) {
		return text.startsWith("airlock-encrypted:");
	}

	private static byte[] boundTo(String id, String column) {
		return "%sAIRLOCK_DURABLE.%s:%s".formatted(PREFIX, column, id).getBytes(StandardCharsets.UTF_8);
	}

	private static String encode(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	/**
	 * Returns no bytes for other formats, so that their decryption fails.
	 */
	private static byte[] decode(String text) {
		String encoded = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "";
		try {
			byte[] bytes = Base64.getUrlDecoder().decode(encoded);
			return encode(bytes).equals(encoded) ? bytes : new byte[0];
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

}
