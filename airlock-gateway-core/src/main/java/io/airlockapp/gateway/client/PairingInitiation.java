/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Request to pair.
 *
 * @param deviceId the id of the enforcer's device
 * @param enforcerId the enforcer's id
 * @param gatewayUrl the gateway's URL as used by the enforcer
 * @param x25519PublicKey the enforcer's public key for the key agreement, base64url
 * @param enforcerLabel the enforcer's display name
 * @param workspaceName the workspace's name
 */
public record PairingInitiation(String deviceId, String enforcerId, @Nullable String gatewayUrl,
		@Nullable String x25519PublicKey, @Nullable String enforcerLabel, @Nullable String workspaceName) {
}
