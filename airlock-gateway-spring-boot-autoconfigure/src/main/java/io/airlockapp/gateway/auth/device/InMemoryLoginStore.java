package io.airlockapp.gateway.auth.device;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Forgets when the application stops.
 */
final class InMemoryLoginStore implements LoginStore {

	private @Nullable Entry entry;

	private long writes;

	@Override
	public synchronized @Nullable Entry read() {
		return this.entry;
	}

	@Override
	public synchronized boolean write(@Nullable Entry expected, @Nullable String text) {
		if (!Objects.equals(this.entry, expected)) {
			return false;
		}
		this.writes++;
		this.entry = (text != null) ? new Entry(text, String.valueOf(this.writes)) : null;
		return true;
	}

}
