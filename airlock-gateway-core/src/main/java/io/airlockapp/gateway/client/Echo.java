/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The gateway's time.
 *
 * @param utc the time in UTC
 */
public record Echo(@Nullable Instant utc) {
}
