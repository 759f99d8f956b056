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
		return document(name, entry(name));
	}

	private PairingStore.@Nullable Entry entry(String name) {
		String entryName = PREFIX + Pairing.requireName(name);
		return guarded(() -> this.store.read(entryName));
	}

	private static PairingDocument document(String name, PairingStore.@Nullable Entry entry) {
		return (entry != null) ? guarded(() -> PairingDocumentCodec.read(name, entry.text())) : PairingDocument.EMPTY;
	}

	/**
	 * Update a document.
	 * @param change the function to apply, repeatedly after concurrent modifications;
	 * returns its argument to change nothing
	 * @return the document before the update, or {@code null} if nothing was changed
	 */
	@Nullable PairingDocument update(String name, UnaryOperator<PairingDocument> change) {
		for (int i = 0; i < MAX_TRIES; i++) {
			PairingStore.Entry entry = entry(name);
			PairingDocument before = document(name, entry);
			PairingDocument after = change.apply(before);
			if (after == before) {
				return null;
			}
			String text = PairingDocumentCodec.write(after);
			if (guarded(() -> this.store.write(PREFIX + name, entry, text))) {
				return before;
			}
		}
		throw new PairingStoreException("The pairing '%s' is changed by others all the time".formatted(name));
	}

	private static <T extends @Nullable Object> T guarded(Supplier<T> access) {
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

}
