/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Maintenance of recorded calls: numbers for operators, missing steps, and calls that
 * ended long ago.
 */
@NullMarked
package io.airlockapp.gateway.durable.maintenance;

import org.jspecify.annotations.NullMarked;
