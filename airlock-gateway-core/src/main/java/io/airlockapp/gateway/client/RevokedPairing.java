/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Pairing that was revoked.
 *
 * @param status the outcome
 * @param enforcerId the id of the pairing's enforcer
 */
public record RevokedPairing(@Nullable String status, @Nullable String enforcerId) {
}
