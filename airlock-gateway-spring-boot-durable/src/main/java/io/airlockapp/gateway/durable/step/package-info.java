/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The port to the scheduler of the steps of calls.
 */
@NullMarked
package io.airlockapp.gateway.durable.step;

import org.jspecify.annotations.NullMarked;
