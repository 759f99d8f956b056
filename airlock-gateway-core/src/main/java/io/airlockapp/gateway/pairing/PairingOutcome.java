package io.airlockapp.gateway.pairing;

import java.time.InstantSource;

import io.airlockapp.gateway.pairing.PairingDocuments.Change;

/**
 * Ends pairings in progress. Each is ended once, by the first instance to do so.
 */
final class PairingOutcome {

	private final PairingDocuments documents;

	private final PairingChanges changes;

	private final InstantSource clock;

	PairingOutcome(PairingDocuments documents, PairingChanges changes, InstantSource clock) {
		this.documents = documents;
		this.changes = changes;
		this.clock = clock;
	}

	/**
	 * Put a new pairing in force, unless its attempt has ended already.
	 */
	void complete(String name, PairingAttempt attempt, ActivePairing pairing) {
		Change change = this.documents.update(name, (document) -> attempt.isSame(document.attempt())
				? document.completed(pairing, this.clock.instant()) : document);
		if (change.isMade()) {
			this.changes.completed(name, pairing.fingerprints(), change.before().inForce() != null);
		}
	}

	/**
	 * Give up an attempt.
	 * @return {@code false} if it has ended or gone on already
	 */
	boolean fail(String name, PairingAttempt attempt, String reason) {
		boolean failed = record(name, attempt, reason);
		if (failed) {
			this.changes.failed(name, reason);
		}
		return failed;
	}

	/**
	 * Give up an attempt that somebody interferes with.
	 */
	void tampered(String name, PairingAttempt attempt, String reason) {
		if (record(name, attempt, reason)) {
			this.changes.tampered(name, reason);
		}
	}

	private boolean record(String name, PairingAttempt attempt, String reason) {
		PairingDocument.Failure failure = new PairingDocument.Failure(this.clock.instant(), reason,
				attempt.codeDigest());
		return this.documents
			.update(name, (document) -> attempt.equals(document.attempt()) ? document.failed(failure) : document)
			.isMade();
	}

}
