/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Actuator endpoint for operators.
 */
@NullMarked
package io.airlockapp.gateway.endpoint;

import org.jspecify.annotations.NullMarked;
