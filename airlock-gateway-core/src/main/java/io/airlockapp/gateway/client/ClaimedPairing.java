package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Pairing whose code was claimed.
 *
 * @param pairingNonce the nonce that identifies the pairing in requests for its state
 * @param expiresAt the time until which it can be completed
 * @param routingToken the routing token, if it is known already
 */
public record ClaimedPairing(@Nullable String pairingNonce, @Nullable Instant expiresAt,
		@Nullable String routingToken) {

	@Override
	public String toString() {
		return "ClaimedPairing[expiresAt=%s]".formatted(this.expiresAt);
	}

}
