package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.auth.device.LoginStore;
import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the login beside the pairings.
 */
final class PairingStoreLogins implements LoginStore {

	private static final String NAME = "device-login";

	private final PairingStore store;

	PairingStoreLogins(PairingStore store) {
		this.store = store;
	}

	@Override
	public @Nullable Entry read() {
		PairingStore.Entry entry = this.store.read(NAME);
		return (entry != null) ? new Entry(entry.text(), entry.version()) : null;
	}

	@Override
	public boolean write(@Nullable Entry expected, @Nullable String text) {
		return this.store.write(NAME,
				(expected != null) ? new PairingStore.Entry(expected.text(), expected.version()) : null, text);
	}

}
