/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Ends pairings in progress, each exactly once by the first instance to do so, and
 * publishes changes of pairings: logs them, publishes events, and ends waits for the
 * approvers of a revoked pairing.
 *
 * @param documents the stored pairings
 * @param publisher the publisher of events
 * @param onRevoked the callback for the name of each revoked pairing
 * @param clock the clock for the time of day
 */
record PairingEventPublisher(PairingDocuments documents, Consumer<? super PairingChangedEvent> publisher,
		Consumer<String> onRevoked, InstantSource clock) {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	/**
	 * Put a new pairing in force, unless its attempt has already ended.
	 */
	void complete(String name, PairingAttempt attempt, ActivePairing pairing) {
		PairingDocument before = this.documents.update(name,
				(document) -> attempt.isSame(document.attempt()) ? document.completed(pairing) : document);
		if (before == null) {
			return;
		}
		boolean replaced = before.inForce() != null;
		logger.info(
				("The pairing '%s' is completed%s. Compare with the phone: its key's fingerprint is %s. If it differs, "
						+ "a third party may intercept it: revoke the pairing immediately")
					.formatted(name, replaced ? " and replaces the one before" : "",
							String.join(", ", pairing.fingerprints())));
		publish(name, replaced ? Change.REPLACED : Change.PAIRED, pairing.fingerprints(), null);
	}

	/**
	 * Fail an attempt.
	 * @return {@code false} if the attempt has ended or progressed concurrently
	 */
	boolean fail(String name, PairingAttempt attempt, String reason) {
		boolean failed = isRecorded(name, attempt, reason);
		if (failed) {
			logger.warn(reason);
			publish(name, Change.FAILED, List.of(), reason);
		}
		return failed;
	}

	/**
	 * Fail an attempt because of possible tampering.
	 */
	void tampered(String name, PairingAttempt attempt, String reason) {
		if (isRecorded(name, attempt, reason)) {
			logger.error("Possible tampering with pairings: " + reason);
			publish(name, Change.FAILED, List.of(), reason);
		}
	}

	private boolean isRecorded(String name, PairingAttempt attempt, String reason) {
		PairingDocument.Failure failure = new PairingDocument.Failure(this.clock.instant(), reason,
				attempt.codeDigest());
		return this.documents.update(name,
				(document) -> attempt.equals(document.attempt()) ? document.failed(failure) : document) != null;
	}

	void revoked(String name, List<String> fingerprints, String reason) {
		logger.warn(reason);
		publish(name, Change.REVOKED, fingerprints, reason);
		this.onRevoked.accept(name);
	}

	void keyRevoked(String name, List<String> fingerprints, boolean last) {
		logger.warn("A key of the pairing '%s' was revoked: %s%s".formatted(name, String.join(", ", fingerprints),
				last ? ". It was the last one, so approval cannot be requested: pair again" : ""));
		publish(name, Change.KEY_REVOKED, fingerprints, null);
		if (last) {
			this.onRevoked.accept(name);
		}
	}

	private void publish(String name, Change change, List<String> fingerprints, @Nullable String problem) {
		try {
			this.publisher.accept(new PairingChangedEvent(name, change, fingerprints, problem));
		}
		catch (Throwable ex) {
			logger.warn("A listener to changes of pairings fails: " + ex.getClass().getName());
		}
	}

}
