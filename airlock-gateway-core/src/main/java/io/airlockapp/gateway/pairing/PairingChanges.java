package io.airlockapp.gateway.pairing;

import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes changes of pairings: logs them, publishes events, and notifies those who wait
 * for the approvers of a revoked pairing.
 */
final class PairingChanges {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final Consumer<? super PairingChangedEvent> publisher;

	private final Consumer<String> onRevoked;

	PairingChanges(Consumer<? super PairingChangedEvent> publisher, Consumer<String> onRevoked) {
		this.publisher = publisher;
		this.onRevoked = onRevoked;
	}

	void completed(String name, List<String> fingerprints, boolean replaced) {
		logger.info(
				("The pairing '%s' is completed%s. Compare with the phone: its key's fingerprint is %s. If it differs, "
						+ "somebody sits in between: revoke the pairing at once")
					.formatted(name, replaced ? " and replaces the one before" : "", String.join(", ", fingerprints)));
		publish(name, replaced ? Change.REPLACED : Change.PAIRED, fingerprints, null);
	}

	void failed(String name, String reason) {
		logger.warn(reason);
		publish(name, Change.FAILED, List.of(), reason);
	}

	void tampered(String name, String reason) {
		logger.error("Somebody may be tampering with pairings: " + reason);
		publish(name, Change.FAILED, List.of(), reason);
	}

	void revoked(String name, List<String> fingerprints, String reason) {
		logger.warn(reason);
		publish(name, Change.REVOKED, fingerprints, reason);
		this.onRevoked.accept(name);
	}

	void keyRevoked(String name, List<String> fingerprints, boolean last) {
		logger.warn("A key of the pairing '%s' was revoked: %s%s".formatted(name, String.join(", ", fingerprints),
				last ? ". It was the last one, so nobody can be asked: pair anew" : ""));
		publish(name, Change.KEY_REVOKED, fingerprints, null);
		if (last) {
			this.onRevoked.accept(name);
		}
	}

	void reinstated(String name, List<String> fingerprints) {
		logger.warn("The pairing '%s' is in force again, as an operator says".formatted(name));
		publish(name, Change.REINSTATED, fingerprints, null);
	}

	private void publish(String name, Change change, List<String> fingerprints, @Nullable String problem) {
		try {
			this.publisher.accept(new PairingChangedEvent(name, change, fingerprints, problem));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A listener to changes of pairings fails: " + ex.getClass().getName());
		}
	}

}
