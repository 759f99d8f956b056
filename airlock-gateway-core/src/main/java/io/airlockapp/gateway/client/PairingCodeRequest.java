/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Request to create a pairing code in advance.
 *
 * @param enforcerLabel the enforcer's display name
 * @param workspaceName the workspace's name
 */
public record PairingCodeRequest(@Nullable String enforcerLabel, @Nullable String workspaceName) {
}
