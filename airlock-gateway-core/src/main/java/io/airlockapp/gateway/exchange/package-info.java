/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Submits and withdraws requests, and receives, verifies and acknowledges their
 * decisions. The entry point is
 * {@link io.airlockapp.gateway.exchange.ApprovalDependencies}.
 */
@NullMarked
package io.airlockapp.gateway.exchange;

import org.jspecify.annotations.NullMarked;
