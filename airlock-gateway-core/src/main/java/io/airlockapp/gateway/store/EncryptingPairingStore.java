package io.airlockapp.gateway.store;

import java.security.GeneralSecurityException;

import io.airlockapp.gateway.harp.EncryptionKey;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} that encrypts entries with AES-256-GCM before another store keeps
 * them. An entry that can't be decrypted, or was never encrypted, is neither read nor
 * replaced: otherwise, anyone with write access to the other store could inject an entry.
 */
public final class EncryptingPairingStore implements PairingStore {

	private static final String KEY_PROPERTY = "airlock.gateway.pairing.store.key";

	private final PairingStore delegate;

	private final EntryCipher cipher;

	/**
	 * Create a store.
	 * @param delegate keeps the encrypted entries
	 * @param key encrypts them, and nothing else
	 */
	public EncryptingPairingStore(PairingStore delegate, EncryptionKey key) {
		this.delegate = delegate;
		this.cipher = new EntryCipher(key);
	}

	@Override
	public @Nullable Entry read(String name) {
		Entry kept = this.delegate.read(name);
		return (kept != null) ? new Entry(decrypt(name, kept.text()), kept.version()) : null;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		// Fails for what can't be decrypted; what comes after that has another version
		read(name);
		return this.delegate.write(name, expected,
				(text != null) ? this.cipher.encrypt(name, EntryRules.requireText(text)) : null);
	}

	@Override
	public boolean isReadOnly() {
		return this.delegate.isReadOnly();
	}

	private String decrypt(String name, String text) {
		if (!EntryCipher.isEncrypted(text)) {
			throw new PairingStoreException(
					("Entry '%s' is not encrypted, but '%s' is set. Remove the entry, so that "
							+ "it is made anew and encrypted, or remove the property.")
						.formatted(name, KEY_PROPERTY),
					null);
		}
		try {
			return this.cipher.decrypt(name, text);
		}
		catch (GeneralSecurityException ex) {
			throw new PairingStoreException(("Entry '%s' can't be decrypted: '%s' is not the key that it was encrypted "
					+ "with, or the entry was changed or is another's. Set the right key, or remove the entry, so "
					+ "that it is made anew. Nothing was overwritten.")
				.formatted(name, KEY_PROPERTY), ex);
		}
	}

}
