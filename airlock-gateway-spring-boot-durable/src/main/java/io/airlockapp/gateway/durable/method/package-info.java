/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The durable methods of beans: which there are, what is recorded of their calls, and the
 * verification of recorded calls before they run.
 */
@NullMarked
package io.airlockapp.gateway.durable.method;

import org.jspecify.annotations.NullMarked;
