package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A pairing whose code was claimed.
 *
 * @param pairingNonce the nonce by which to ask for its state
 * @param expiresAt until when it can be completed
 * @param routingToken the routing token, if it is known already
 */
public record ClaimedPairing(@Nullable String pairingNonce, @Nullable Instant expiresAt,
		@Nullable String routingToken) {

	@Override
	public String toString() {
		return "ClaimedPairing[expiresAt=%s]".formatted(this.expiresAt);
	}

}
