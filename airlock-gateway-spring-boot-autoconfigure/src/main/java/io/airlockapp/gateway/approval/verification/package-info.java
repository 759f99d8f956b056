/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Verification, at start and ahead of time, that every method that requires approval is
 * guarded.
 */
@NullMarked
package io.airlockapp.gateway.approval.verification;

import org.jspecify.annotations.NullMarked;
