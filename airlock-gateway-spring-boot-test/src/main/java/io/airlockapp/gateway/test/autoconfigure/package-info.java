/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Auto-configuration for simulated gateways.
 */
@NullMarked
package io.airlockapp.gateway.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
