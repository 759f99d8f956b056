/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that a test can look into, break, and write to at any moment.
 */
class MemoryPairingStore implements PairingStore {

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	private volatile boolean broken;

	private volatile @Nullable Error failure;

	private volatile boolean readOnly;

	private volatile Runnable beforeWrite = () -> {
	};

	void breakDown(boolean down) {
		this.broken = down;
	}

	/**
	 * Fail once.
	 */
	void failNextRead(Error error) {
		this.failure = error;
	}

	void makeReadOnly() {
		this.readOnly = true;
	}

	/**
	 * Do something just before the next write.
	 */
	void beforeNextWrite(Runnable action) {
		this.beforeWrite = action;
	}

	void failNextWrite() {
		beforeNextWrite(() -> {
			throw new IllegalStateException("down");
		});
	}

	String text(String pairing) {
		Entry entry = this.entries.get("pairing." + pairing);
		return (entry != null) ? entry.text() : "";
	}

	void put(String pairing, String text) {
		this.entries.put("pairing." + pairing, new Entry(text, UUID.randomUUID().toString()));
	}

	@Override
	public @Nullable Entry read(String name) {
		check();
		Error thrown = this.failure;
		this.failure = null;
		if (thrown != null) {
			throw thrown;
		}
		return this.entries.get(name);
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		check();
		Runnable action = this.beforeWrite;
		this.beforeWrite = () -> {
		};
		action.run();
		synchronized (this) {
			Entry current = this.entries.get(name);
			if ((current == null) ? expected != null : !current.equals(expected)) {
				return false;
			}
			this.entries.put(name, new Entry(String.valueOf(text), UUID.randomUUID().toString()));
			return true;
		}
	}

	@Override
	public boolean isReadOnly() {
		return this.readOnly;
	}

	private void check() {
		if (this.broken) {
			throw new IllegalStateException("jdbc:secret@host");
		}
	}

}
