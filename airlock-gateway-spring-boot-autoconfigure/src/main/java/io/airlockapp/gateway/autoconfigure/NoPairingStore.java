package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.pairing.PairingStore;
import io.airlockapp.gateway.pairing.PairingStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing, for applications whose pairings are all in properties.
 */
final class NoPairingStore implements PairingStore {

	@Override
	public @Nullable Entry read(String name) {
		return null;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		throw new PairingStoreException("There is no store of pairings: configure 'airlock.gateway.pairing.store.type'",
				null);
	}

	@Override
	public boolean isReadOnly() {
		return true;
	}

}
