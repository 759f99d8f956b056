package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.store.EncryptingPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PlaintextPairingStore;
import org.jspecify.annotations.Nullable;

/**
 * Optional key that encrypts the entries of a store.
 */
final class PairingStoreKey {

	private final @Nullable EncryptionKey key;

	/**
	 * Read the key from properties. One that is blank is refused: what it was to be
	 * filled from is missing, and nothing must be kept in plain text for that.
	 */
	PairingStoreKey(AirlockPairingStoreProperties properties) {
		this.key = (properties.getKey() != null) ? parse(properties.getKey().trim()) : null;
	}

	private static EncryptionKey parse(String text) {
		try {
			return EncryptionKey.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new AirlockConfigurationException("airlock.gateway.pairing.store.key",
					text.isEmpty() ? "it is blank" : String.valueOf(ex.getMessage()),
					"Set it to 32 random bytes as base64 or base64url, such as 'openssl rand -base64 32' makes, or "
							+ "remove it.",
					null);
		}
	}

	boolean isPresent() {
		return this.key != null;
	}

	PairingStore protect(PairingStore store) {
		return (this.key != null) ? new EncryptingPairingStore(store, this.key) : new PlaintextPairingStore(store);
	}

}
