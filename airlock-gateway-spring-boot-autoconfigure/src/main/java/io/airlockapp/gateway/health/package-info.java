/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Actuator health.
 */
@NullMarked
package io.airlockapp.gateway.health;

import org.jspecify.annotations.NullMarked;
