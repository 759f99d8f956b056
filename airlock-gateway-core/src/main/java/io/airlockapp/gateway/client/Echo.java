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
 * @param local the gateway's local time
 * @param timezone the gateway's time zone
 * @param offsetMinutes the zone's offset in minutes
 */
public record Echo(@Nullable Instant utc, @Nullable String local, @Nullable String timezone,
		@Nullable Integer offsetMinutes) {
}
