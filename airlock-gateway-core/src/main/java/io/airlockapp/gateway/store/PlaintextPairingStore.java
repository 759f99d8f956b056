package io.airlockapp.gateway.store;

import io.airlockapp.gateway.harp.EncryptedText;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} that delegates to another store without encrypting entries. An
 * encrypted entry is neither read nor replaced, since the missing key is more likely a
 * mistake than a decision.
 */
public final class PlaintextPairingStore implements PairingStore {

	private final PairingStore delegate;

	/**
	 * Create a store.
	 * @param delegate the store for the entries
	 */
	public PlaintextPairingStore(PairingStore delegate) {
		this.delegate = delegate;
	}

	@Override
	public @Nullable Entry read(String name) {
		Entry entry = this.delegate.read(name);
		if (entry != null && EncryptedText.isEncrypted(entry.text())) {
			throw new PairingStoreException(("Entry '%s' is encrypted, but 'airlock.gateway.pairing.store.key' is not "
					+ "set. Set it, or remove the entry, so that it is created again. Nothing was overwritten.")
				.formatted(name), null);
		}
		return entry;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		// Fails if it is encrypted; a later entry has another version
		read(name);
		return this.delegate.write(name, expected, text);
	}

	@Override
	public boolean isReadOnly() {
		return this.delegate.isReadOnly();
	}

}
