package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * A sign of life.
 *
 * @param enforcerId the enforcer's id
 * @param workspaceName the workspace's name
 * @param enforcerLabel the enforcer's name for people
 */
public record Heartbeat(String enforcerId, @Nullable String workspaceName, @Nullable String enforcerLabel) {
}
