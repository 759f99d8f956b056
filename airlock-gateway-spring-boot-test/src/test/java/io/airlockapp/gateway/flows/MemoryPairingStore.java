package io.airlockapp.gateway.flows;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that several applications of one test share, and that outlives them.
 */
class MemoryPairingStore implements PairingStore {

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	@Override
	public @Nullable Entry read(String name) {
		return this.entries.get(name);
	}

	@Override
	public synchronized boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		Entry current = this.entries.get(name);
		if ((current == null) ? expected != null : !current.equals(expected)) {
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
