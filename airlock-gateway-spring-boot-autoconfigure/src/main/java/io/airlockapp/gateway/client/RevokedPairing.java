package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * A pairing that was revoked.
 *
 * @param status what happened
 * @param enforcerId the enforcer whose pairing it was
 */
public record RevokedPairing(@Nullable String status, @Nullable String enforcerId) {
}
