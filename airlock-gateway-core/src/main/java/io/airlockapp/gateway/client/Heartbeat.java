/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Heartbeat of an enforcer.
 *
 * @param enforcerId the enforcer's id
 * @param workspaceName the workspace's name
 * @param enforcerLabel the enforcer's display name
 */
public record Heartbeat(String enforcerId, @Nullable String workspaceName, @Nullable String enforcerLabel) {
}
