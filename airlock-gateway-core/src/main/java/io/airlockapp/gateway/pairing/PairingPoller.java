/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
import org.apache.commons.logging.LogFactory;

import org.springframework.util.Assert;

/**
 * Polls the gateway for the state of a pairing in progress, until it is completed, fails
 * or expires. Several instances may poll concurrently.
 */
final class PairingPoller {

	/**
	 * The time to continue polling after the expiry, since clocks differ.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private static final String LATE = "was not completed in time: start it again";

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(PairingManager.class));

	private final String name;

	private final ManagedPairingSource source;

	private final PairingDependencies dependencies;

	PairingPoller(String name, ManagedPairingSource source, PairingDependencies dependencies) {
		this.name = name;
		this.source = source;
		this.dependencies = dependencies;
	}

	/**
	 * Poll once.
	 * @return whether a pairing was in progress
	 */
	boolean poll() {
		try {
			PairingAttempt attempt = this.source.documents().read(this.name).attempt();
			if (attempt == null || attempt.nonce() == null) {
				return false;
			}
			boolean last = this.dependencies.clock().instant().isAfter(attempt.expiresAt().plus(SKEW));
			if (!pollStatus(attempt, attempt.nonce()) && last) {
				fail(attempt, LATE);
			}
			return true;
		}
		catch (PairingStoreException ex) {
			warn(ex);
			return true;
		}
	}

	/**
	 * Process the status of an attempt at the gateway.
	 * @return whether the attempt has ended
	 */
	private boolean pollStatus(PairingAttempt attempt, String nonce) {
		PairingStatus status;
		try {
			status = this.dependencies.gateway().getPairingStatus(nonce);
		}
		catch (AirlockGatewayException ex) {
			if (ex.isExpired()) {
				return fail(attempt, LATE);
			}
			// An intermediary may have responded with 404
			warn(ex);
			return false;
		}
		PairingState state = (status.state() != null) ? status.state() : PairingState.UNKNOWN;
		return switch (state) {
			case COMPLETED -> complete(attempt, nonce, status);
			case EXPIRED -> fail(attempt, LATE);
			case REVOKED -> fail(attempt, "was revoked before it was completed: start it again");
			case PENDING, UNKNOWN -> false;
		};
	}

	private boolean complete(PairingAttempt attempt, String nonce, PairingStatus status) {
		String routingToken = (status.routingToken() != null) ? status.routingToken() : attempt.routingToken();
		if (status.responseJson() == null || routingToken == null) {
			// Not all of it is available yet
			return false;
		}
		ActivePairing pairing;
		try {
			pairing = verify(attempt, nonce, status.responseJson(), routingToken, this.dependencies.clock().instant());
		}
		catch (IllegalArgumentException ex) {
			this.source.changes()
				.tampered(this.name, attempt,
						"The pairing '%s' failed, and nothing of it is kept: %s. Check the gateway's URL and the network, and "
							.formatted(this.name, ex.getMessage()) + "start it again");
			return true;
		}
		this.source.changes().complete(this.name, attempt, pairing);
		return true;
	}

	/**
	 * Create a pairing from the approver's response after verifying that it was created
	 * for exactly this attempt.
	 * @param routingToken the routing token, which is not signed
	 * @throws IllegalArgumentException if the response does not verify or is malformed
	 */
	static ActivePairing verify(PairingAttempt attempt, String nonce, String responseJson, String routingToken,
			Instant now) {
		PairingResponse response = PairingResponse.verify(responseJson, nonce);
		SignerKey signerKey = response.signerKey();
		Assert.isTrue(VisibleAscii.matches(signerKey.id(), 128),
				"The approver's key id is not 1 to 128 visible characters");
		Assert.isTrue(VisibleAscii.matches(routingToken, PairingAttempt.MAX_ROUTING_TOKEN),
				"There is no usable routing token");
		EncryptionKey encryptionKey = attempt.keys().deriveEncryptionKey(response.x25519PublicKey());
		return new ActivePairing(routingToken, encryptionKey.encode(), List.of(ActivePairing.Key.of(signerKey, now)),
				now);
	}

	private boolean fail(PairingAttempt attempt, String reason) {
		this.source.changes().fail(this.name, attempt, "The pairing '%s' %s".formatted(this.name, reason));
		return true;
	}

	private void warn(AirlockGatewayException ex) {
		if (!WaitScope.isInterrupted()) {
			this.warnings
				.warn("The status of the pairing '%s' is not available yet: %s".formatted(this.name, ex.getMessage()));
		}
	}

}
