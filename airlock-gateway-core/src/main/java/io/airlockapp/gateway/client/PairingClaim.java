/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Claim of a pairing code that was created in advance.
 *
 * @param pairingCode the code
 * @param deviceId the id of the enforcer's device
 * @param enforcerId the enforcer's id
 * @param enforcerLabel the enforcer's display name
 * @param workspaceName the workspace's name
 * @param gatewayUrl the gateway's URL as used by the enforcer
 * @param x25519PublicKey the enforcer's public key for the key agreement, base64url
 */
public record PairingClaim(String pairingCode, String deviceId, String enforcerId, String enforcerLabel,
		String workspaceName, @Nullable String gatewayUrl, @Nullable String x25519PublicKey) {

	@Override
	public String toString() {
		return "PairingClaim[enforcerId=%s, deviceId=%s]".formatted(this.enforcerId, this.deviceId);
	}

}
