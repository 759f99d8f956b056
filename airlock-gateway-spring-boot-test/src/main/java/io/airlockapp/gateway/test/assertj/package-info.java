/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * AssertJ assertions on the requests that a simulated approver received.
 */
@NullMarked
package io.airlockapp.gateway.test.assertj;

import org.jspecify.annotations.NullMarked;
