/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Durable approvals in the actuator: endpoint, health and meters.
 */
@NullMarked
package io.airlockapp.gateway.durable.actuator;

import org.jspecify.annotations.NullMarked;
