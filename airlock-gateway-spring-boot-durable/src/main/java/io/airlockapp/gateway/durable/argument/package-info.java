/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The arguments of recorded calls: written as JSON, rebuilt from it, and compared with
 * what was approved.
 */
@NullMarked
package io.airlockapp.gateway.durable.argument;

import org.jspecify.annotations.NullMarked;
