/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The halt of all guarded methods by an operator.
 */
@NullMarked
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.NullMarked;
