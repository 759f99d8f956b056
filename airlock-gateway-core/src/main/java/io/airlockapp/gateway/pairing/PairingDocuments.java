/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Repository of the {@link PairingDocument}s in a {@link PairingStore}, stored by the
 * name of the pairing. Changes use optimistic locking: they are applied to the document
 * that was read, or not at all.
 *
 * @param store the store
 */
record PairingDocuments(PairingStore store) {

	private static final String PREFIX = "pairing.";

	private static final int MAX_TRIES = 100;

	boolean isReadOnly() {
		return this.store.isReadOnly();
	}

	PairingDocument read(String name) {
		return snapshot(name).document();
	}

	Snapshot snapshot(String name) {
		String entryName = PREFIX + Pairing.requireName(name);
		return guarded(() -> {
			PairingStore.Entry entry = this.store.read(entryName);
			return new Snapshot(entry,
					(entry != null) ? PairingDocumentCodec.read(name, entry.text()) : PairingDocument.EMPTY);
		});
	}

	/**
	 * Replace a document if it was not modified since it was read.
	 * @return {@code false} if the document was modified concurrently; nothing is written
	 */
	boolean replace(String name, Snapshot snapshot, PairingDocument document) {
		String text = PairingDocumentCodec.write(document);
		return guarded(() -> this.store.write(PREFIX + name, snapshot.entry(), text));
	}

	/**
	 * Update a document.
	 * @param change the function to apply, repeatedly after concurrent modifications;
	 * returns its argument to change nothing
	 * @return the document before the update, or {@code null} if nothing was changed
	 */
	@Nullable PairingDocument update(String name, UnaryOperator<PairingDocument> change) {
		for (int i = 0; i < MAX_TRIES; i++) {
			Snapshot snapshot = snapshot(name);
			PairingDocument document = change.apply(snapshot.document());
			if (document == snapshot.document()) {
				return null;
			}
			if (replace(name, snapshot, document)) {
				return snapshot.document();
			}
		}
		throw new PairingStoreException("The pairing '%s' is changed by others all the time".formatted(name));
	}

	private static <T> T guarded(Supplier<T> access) {
		try {
			return access.get();
		}
		catch (Throwable ex) {
			// The message of an exception can contain the stored secrets
			throw (ex instanceof AirlockGatewayException known) ? known
					: new PairingStoreException(
							"The store of pairings fails: " + AirlockGatewayException.safeMessage(ex),
							(ex instanceof Error) ? ex : null);
		}
	}

	/**
	 * Document as read from the store.
	 *
	 * @param entry the entry, or {@code null} if there is none
	 * @param document the document
	 */
	record Snapshot(PairingStore.@Nullable Entry entry, PairingDocument document) {
	}

}
