/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Last heartbeat of an enforcer.
 *
 * @param enforcerId the enforcer
 * @param enforcerLabel its label, or {@code null}
 * @param workspaceName its workspace, or {@code null}
 * @param at the time at which it arrived
 */
public record Heartbeat(String enforcerId, @Nullable String enforcerLabel, @Nullable String workspaceName, Instant at) {
}
