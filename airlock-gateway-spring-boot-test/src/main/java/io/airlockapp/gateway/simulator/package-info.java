/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Simulated Airlock gateway and its approver, who decrypts and signs with real
 * cryptography. For tests and for development; it does not replace the real gateway. This
 * package is what tests use; the packages below it are internal.
 * <p>
 * The wire is read here a second time, independently of the client. This is intended: a
 * mistake in one of the two readings is not repeated by the other, and tests find it.
 */
@NullMarked
package io.airlockapp.gateway.simulator;

import org.jspecify.annotations.NullMarked;
