/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Status of a pairing.
 *
 * @param pairingNonce the pairing's nonce
 * @param state the state
 * @param responseJson the approver's signed response, once completed
 * @param routingToken the secret that routes artifacts to the approver, once completed
 * @param expiresAt the time until which the pairing can be completed
 */
public record PairingStatus(@Nullable String pairingNonce, @Nullable PairingState state, @Nullable String responseJson,
		@Nullable String routingToken, @Nullable Instant expiresAt) {

	@Override
	public String toString() {
		return "PairingStatus[state=%s, expiresAt=%s]".formatted(this.state, this.expiresAt);
	}

}
