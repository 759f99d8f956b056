/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The steps of calls, and their schedule.
 */
@NullMarked
package io.airlockapp.gateway.durable.step;

import org.jspecify.annotations.NullMarked;
