/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Simulated gateway: its exchanges, pairings, policies and users.
 */
@NullMarked
package io.airlockapp.gateway.simulator.gateway;

import org.jspecify.annotations.NullMarked;
