package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * A request for a pairing code in advance.
 *
 * @param enforcerLabel the enforcer's name for people
 * @param workspaceName the workspace's name
 */
public record PairingCodeRequest(@Nullable String enforcerLabel, @Nullable String workspaceName) {
}
