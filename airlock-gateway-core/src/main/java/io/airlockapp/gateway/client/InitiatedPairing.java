/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Pairing that was started.
 *
 * @param pairingNonce the nonce for requesting the pairing's state
 * @param pairingCode the code that the person enters into the phone
 * @param deviceId the id of the enforcer's device
 * @param gatewayUrl the gateway's URL
 * @param expiresAt the time until which the code is valid
 */
public record InitiatedPairing(@Nullable String pairingNonce, @Nullable String pairingCode, @Nullable String deviceId,
		@Nullable String gatewayUrl, @Nullable Instant expiresAt) {

	@Override
	public String toString() {
		return "InitiatedPairing[deviceId=%s, expiresAt=%s]".formatted(this.deviceId, this.expiresAt);
	}

}
