package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.PairingState;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.PairingResponse;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.support.VisibleAscii;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Polls the gateway for the state of a pairing in progress at an interval, until it is
 * completed, fails or expires. Several instances may poll concurrently.
 */
final class PairingPoller {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	/**
	 * The time to continue polling after the expiry, since clocks differ.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private final PairingDocuments documents;

	private final PairingEventPublisher changes;

	private final PairingEnvironment environment;

	PairingPoller(ManagedPairingSource source, PairingEnvironment environment) {
		this.documents = source.documents();
		this.changes = source.changes();
		this.environment = environment;
	}

	/**
	 * Poll until no pairing is in progress.
	 * @param name the pairing's name
	 * @throws InterruptedException if the thread is interrupted
	 */
	void run(String name) throws InterruptedException {
		WarnOnceLog warnings = new WarnOnceLog(logger);
		Set<String> unknown = new HashSet<>();
		while (isUnderWay(name, unknown, warnings)) {
			this.environment.ticker().sleep(this.environment.pollInterval());
		}
	}

	private boolean isUnderWay(String name, Set<String> unknown, WarnOnceLog warnings) {
		try {
			PairingAttempt attempt = this.documents.read(name).attempt();
			if (attempt == null || attempt.nonce() == null) {
				return false;
			}
			boolean last = this.environment.clock().instant().isAfter(attempt.expiresAt().plus(SKEW));
			if (!isEnded(name, attempt, attempt.nonce(), unknown, warnings) && last) {
				this.changes.fail(name, attempt,
						"The pairing '%s' was not completed in time: start it again".formatted(name));
			}
			return true;
		}
		catch (PairingStoreException ex) {
			warnOnce(name, ex, warnings);
			return true;
		}
	}

	private boolean isEnded(String name, PairingAttempt attempt, String nonce, Set<String> unknown,
			WarnOnceLog warnings) {
		PairingStatus status;
		try {
			status = this.environment.gateway().getPairingStatus(nonce);
		}
		catch (AirlockGatewayException ex) {
			// After the first 404, polling continues, since the gateway may not have
			// stored the pairing yet
			boolean lost = ex.getStatus() == 404 && !unknown.add(nonce);
			if (lost || ex.isExpired()) {
				return fail(name, attempt, "was not completed in time, or the gateway lost it: start it again");
			}
			warnOnce(name, ex, warnings);
			return false;
		}
		PairingState state = (status.state() != null) ? status.state() : PairingState.UNKNOWN;
		return switch (state) {
			case COMPLETED -> status.responseJson() != null && complete(name, attempt, nonce, status.responseJson(),
					(status.routingToken() != null) ? status.routingToken() : attempt.routingToken());
			case EXPIRED -> fail(name, attempt, "was not completed in time: start it again");
			case REVOKED -> fail(name, attempt, "was revoked before it was completed: start it again");
			case PENDING, UNKNOWN -> false;
		};
	}

	private boolean complete(String name, PairingAttempt attempt, String nonce, String responseJson,
			@Nullable String routingToken) {
		ActivePairing pairing;
		try {
			pairing = verify(attempt, nonce, responseJson, routingToken, this.environment.clock().instant());
		}
		catch (IllegalArgumentException ex) {
			this.changes.tampered(name, attempt,
					"The pairing '%s' failed, and nothing of it is kept: %s. Check the gateway's URL and the network, and "
						.formatted(name, ex.getMessage()) + "start it again");
			return true;
		}
		this.changes.complete(name, attempt, pairing);
		return true;
	}

	/**
	 * Create a pairing from the approver's response after verifying that it was created
	 * for exactly this attempt.
	 * @param routingToken the routing token, which is not signed
	 * @throws IllegalArgumentException if the response does not verify or is malformed
	 */
	static ActivePairing verify(PairingAttempt attempt, String nonce, String responseJson,
			@Nullable String routingToken, Instant now) {
		PairingResponse response = PairingResponse.verify(responseJson, nonce);
		SignerKey signerKey = response.signerKey();
		if (!VisibleAscii.matches(signerKey.id(), 128)) {
			throw new IllegalArgumentException("The approver's key id is not 1 to 128 visible characters");
		}
		if (routingToken == null || !VisibleAscii.matches(routingToken, 4096)) {
			throw new IllegalArgumentException("There is no usable routing token");
		}
		EncryptionKey encryptionKey = attempt.keys().deriveEncryptionKey(response.x25519PublicKey());
		return new ActivePairing(routingToken, encryptionKey.encode(), List.of(ActivePairing.Key.of(signerKey, now)),
				now);
	}

	private boolean fail(String name, PairingAttempt attempt, String reason) {
		this.changes.fail(name, attempt, "The pairing '%s' %s".formatted(name, reason));
		return true;
	}

	private static void warnOnce(String name, AirlockGatewayException ex, WarnOnceLog warnings) {
		if (!WaitScope.isInterrupted()) {
			warnings.warn("The status of the pairing '%s' is not available yet: %s".formatted(name, ex.getMessage()));
		}
	}

}
