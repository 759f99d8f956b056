/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that others write to at the worst moment, and that breaks.
 */
final class UnreliableStore implements PairingStore {

	private final PairingStore delegate = new InMemoryPairingStore();

	private @Nullable Runnable before;

	private @Nullable Runnable after;

	private boolean broken;

	void beforeNextWrite(Runnable action) {
		this.before = action;
	}

	void afterNextWrite(Runnable action) {
		this.after = action;
	}

	void broken(boolean isBroken) {
		this.broken = isBroken;
	}

	@Override
	public @Nullable Entry read(String name) {
		check();
		return this.delegate.read(name);
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		Runnable first = this.before;
		this.before = null;
		if (first != null) {
			first.run();
		}
		check();
		boolean written = this.delegate.write(name, expected, text);
		Runnable last = this.after;
		this.after = null;
		if (last != null) {
			last.run();
		}
		return written;
	}

	private void check() {
		if (this.broken) {
			throw new AirlockGatewayException("The store is broken", null, null);
		}
	}

}
