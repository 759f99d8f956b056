/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Heartbeats, which report the presence of this enforcer to the gateway.
 */
@NullMarked
package io.airlockapp.gateway.presence;

import org.jspecify.annotations.NullMarked;
