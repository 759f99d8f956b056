/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} in the memory of this process. Its entries are lost when the
 * application stops.
 */
public final class InMemoryPairingStore implements PairingStore {

	private final Map<String, Entry> entries = new HashMap<>();

	@Override
	public synchronized @Nullable Entry read(String name) {
		return this.entries.get(PairingStore.requireName(name));
	}

	@Override
	public synchronized boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		if (!Objects.equals(read(name), expected)) {
			return false;
		}
		if (text != null) {
			this.entries.put(name, new Entry(text, UUID.randomUUID().toString()));
		}
		else {
			this.entries.remove(name);
		}
		return true;
	}

}
