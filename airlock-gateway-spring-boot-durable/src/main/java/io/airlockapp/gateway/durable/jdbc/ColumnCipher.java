package io.airlockapp.gateway.durable.jdbc;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.harp.EncryptedText;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the texts of columns as {@link EncryptedText}, if there is a key. A text is
 * bound to its call and column. With a key, other texts are refused: otherwise, anyone
 * with write access to the table could inject one.
 */
final class ColumnCipher {

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
			return EncryptedText.encrypt(this.key, bytes, place(id, column));
		}
		if (EncryptedText.isEncrypted(text)) {
			throw new IllegalArgumentException("A plain text begins like an encrypted one");
		}
		return text;
	}

	@Nullable String decrypt(String id, String column, @Nullable String text) {
		if (text == null) {
			return null;
		}
		if (EncryptedText.isEncrypted(text) != (this.key != null)) {
			throw unreadable(id, column,
					(this.key != null) ? "it is not encrypted, but '%s' is set".formatted(KEY_PROPERTY)
							: "it is encrypted, but '%s' is not set".formatted(KEY_PROPERTY),
					new GeneralSecurityException("Not encrypted with a known key"));
		}
		return (this.key != null) ? decryptText(id, column, text) : text;
	}

	private String decryptText(String id, String column, String encrypted) {
		GeneralSecurityException failure = new GeneralSecurityException("There is no key");
		for (EncryptionKey candidate : this.keys) {
			try {
				return EncryptedText.decrypt(candidate, encrypted, place(id, column));
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

	private static String place(String id, String column) {
		return "AIRLOCK_DURABLE.%s:%s".formatted(column, id);
	}

}
