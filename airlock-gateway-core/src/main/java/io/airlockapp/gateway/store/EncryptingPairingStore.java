/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.EncryptedText;
import io.airlockapp.gateway.harp.EncryptionKey;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} that encrypts entries as {@link EncryptedText} before another
 * store persists them. Each entry is bound to its name. An entry that cannot be
 * decrypted, or was never encrypted, is neither read nor replaced: otherwise, anyone with
 * write access to the other store could inject an entry. Without a key, entries are not
 * encrypted, and encrypted ones are neither read nor replaced.
 */
public final class EncryptingPairingStore implements PairingStore {

	private static final String KEY_PROPERTY = "airlock.gateway.pairing.store.key";

	private static final String PREVIOUS_KEYS_PROPERTY = "airlock.gateway.pairing.store.previous-keys";

	private final PairingStore delegate;

	private final @Nullable EncryptionKey key;

	private final List<EncryptionKey> decryptingKeys;

	/**
	 * Create a store.
	 * @param delegate the store for the encrypted entries
	 * @param key the encryption key, which must not be used for other purposes, or
	 * {@code null} if there is none
	 * @param previousKeys keys that only decrypt
	 */
	public EncryptingPairingStore(PairingStore delegate, @Nullable EncryptionKey key,
			List<EncryptionKey> previousKeys) {
		this.delegate = delegate;
		this.key = key;
		this.decryptingKeys = Stream.concat(Stream.ofNullable(key), previousKeys.stream()).toList();
	}

	@Override
	public @Nullable Entry read(String name) {
		Entry kept = this.delegate.read(name);
		return (kept != null) ? new Entry(decrypt(name, kept.text()), kept.version()) : null;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		// Fails if it is of the other kind; a later entry has another version
		read(name);
		EncryptionKey present = this.key;
		if (text == null || present == null) {
			return this.delegate.write(name, expected, text);
		}
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		return this.delegate.write(name, expected, EncryptedText.encrypt(present, utf8, name));
	}

	@Override
	public boolean isReadOnly() {
		return this.delegate.isReadOnly();
	}

	private String decrypt(String name, String text) {
		boolean encrypted = EncryptedText.isEncrypted(text);
		if (this.key == null && !encrypted) {
			return text;
		}
		if (this.key == null) {
			throw new PairingStoreException(
					("Entry '%s' is encrypted, but '%s' is not set. Set it, or remove the entry, "
							+ "and pair or sign in again. Nothing was overwritten.")
						.formatted(name, KEY_PROPERTY));
		}
		if (!encrypted) {
			throw new PairingStoreException(("Entry '%s' is not encrypted, but '%s' is set. Remove the entry, and pair "
					+ "or sign in again, or remove the property.")
				.formatted(name, KEY_PROPERTY));
		}
		GeneralSecurityException failure = null;
		for (EncryptionKey each : this.decryptingKeys) {
			try {
				return EncryptedText.decrypt(each, text, name);
			}
			catch (GeneralSecurityException ex) {
				failure = ex;
			}
		}
		throw new PairingStoreException(("Entry '%s' cannot be decrypted: '%s' is not the key that it was encrypted "
				+ "with, or the entry was changed or is another's. Set the right key, or add it to '%s', or "
				+ "remove the entry, and pair or sign in again. Nothing was overwritten.")
			.formatted(name, KEY_PROPERTY, PREVIOUS_KEYS_PROPERTY), failure);
	}

}
