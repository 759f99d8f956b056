package io.airlockapp.gateway.store;

import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Entries that come from the application's properties. They can't be written.
 */
public final class ReadOnlyPairingStore implements PairingStore {

	private final Map<String, Entry> entries;

	/**
	 * Create a store.
	 * @param entries the entries' texts by name
	 * @throws IllegalArgumentException if a name is none
	 * @throws PairingStoreException if a text is none
	 */
	public ReadOnlyPairingStore(Map<String, String> entries) {
		this.entries = entries.entrySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap((entry) -> EntryRules.requireName(entry.getKey()),
					(entry) -> new Entry(EntryRules.requireText(entry.getValue()), UUID.randomUUID().toString())));
	}

	@Override
	public @Nullable Entry read(String name) {
		return this.entries.get(EntryRules.requireName(name));
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		throw new PairingStoreException("Entry '%s' can't be written, since entries come from properties. Set "
			.formatted(EntryRules.requireName(name))
				+ "'airlock.gateway.pairing.store.type' to 'file' or 'jdbc', or change the properties.", null);
	}

	@Override
	public boolean isReadOnly() {
		return true;
	}

}
