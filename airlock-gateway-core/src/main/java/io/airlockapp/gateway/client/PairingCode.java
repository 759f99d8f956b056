/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Pairing code that was created in advance.
 *
 * @param pairingCode the code
 * @param pairingNonce the pairing's nonce, if already assigned
 * @param expiresAt the time until which the code can be claimed
 */
public record PairingCode(@Nullable String pairingCode, @Nullable String pairingNonce, @Nullable Instant expiresAt) {

	@Override
	public String toString() {
		return "PairingCode[expiresAt=%s]".formatted(this.expiresAt);
	}

}
