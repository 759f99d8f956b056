/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Pairing whose code was claimed.
 *
 * @param pairingNonce the nonce for requesting the pairing's state
 * @param expiresAt the time until which the pairing can be completed
 * @param routingToken the routing token, if already known
 */
public record ClaimedPairing(@Nullable String pairingNonce, @Nullable Instant expiresAt,
		@Nullable String routingToken) {

	@Override
	public String toString() {
		return "ClaimedPairing[expiresAt=%s]".formatted(this.expiresAt);
	}

}
