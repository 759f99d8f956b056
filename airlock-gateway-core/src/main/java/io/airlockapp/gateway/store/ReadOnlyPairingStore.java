/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} of an application whose pairings come from its properties. It is
 * empty and read-only.
 */
public final class ReadOnlyPairingStore implements PairingStore {

	@Override
	public @Nullable Entry read(String name) {
		PairingStore.requireName(name);
		return null;
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		throw new PairingStoreException("Entry '%s' cannot be written, because entries come from properties. Set "
			.formatted(PairingStore.requireName(name))
				+ "'airlock.gateway.pairing.store.type' to 'file' or 'jdbc', or change the properties.");
	}

	@Override
	public boolean isReadOnly() {
		return true;
	}

}
