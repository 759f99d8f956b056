/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptedText;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the texts of columns as {@link EncryptedText}, each with the id of its key in
 * front. A text is bound to its place, so that another text in that place is not one of
 * this application: otherwise, anyone with write access to the table could inject one.
 */
final class ColumnCipher {

	private static final String PURPOSE = "airlock-durable-v1";

	private static final int ID_LENGTH = 8;

	private final List<NamedKey> keys;

	/**
	 * Create a cipher.
	 * @param storeKey the key from which the encryption key is derived
	 * @param previousStoreKeys keys that only decrypt
	 */
	ColumnCipher(EncryptionKey storeKey, List<EncryptionKey> previousStoreKeys) {
		this.keys = Stream.concat(Stream.of(storeKey), previousStoreKeys.stream())
			.map((each) -> NamedKey.of(each.derive(PURPOSE)))
			.toList();
	}

	@Nullable String encrypt(String place, @Nullable String text) {
		NamedKey named = this.keys.get(0);
		return (text != null) ? named.id() + EncryptedText.encrypt(named.key(), StrictUtf8.encode(text), place) : null;
	}

	/**
	 * Decrypt a text.
	 * @param place the place of the text
	 * @param text the encrypted text, or {@code null}
	 * @return the text, or {@code null} for {@code null}
	 * @throws GeneralSecurityException if it is not a text that was encrypted for this
	 * place
	 * @throws UnreadableCallException if the text names a key that this instance does not
	 * have
	 */
	@Nullable String decrypt(String place, @Nullable String text) throws GeneralSecurityException {
		if (text == null) {
			return null;
		}
		String id = text.substring(0, Math.min(ID_LENGTH, text.length()));
		String encrypted = text.substring(id.length());
		if (!EncryptedText.isEncrypted(encrypted)) {
			throw new GeneralSecurityException("Not encrypted");
		}
		NamedKey named = this.keys.stream().filter((each) -> each.id().equals(id)).findFirst().orElse(null);
		if (named == null || !encrypted.startsWith(EncryptedText.PREFIX)) {
			throw new UnreadableCallException(
					"It was encrypted with another key than 'airlock.gateway.pairing.store.key', or by another version. If "
							+ "the key was replaced, add the previous one to 'airlock.gateway.pairing.store.previous-keys'",
					null);
		}
		return EncryptedText.decrypt(named.key(), encrypted, place);
	}

	/**
	 * Holds a key with its id, from which the key does not follow.
	 */
	private record NamedKey(String id, EncryptionKey key) {

		private static NamedKey of(EncryptionKey key) {
			byte[] derived = key.derive("id").encode().getBytes(StandardCharsets.US_ASCII);
			return new NamedKey(ArtifactHash.of(derived).substring(0, ID_LENGTH), key);
		}

	}

}
