/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Observations and meters of approvals, with Micrometer.
 */
@NullMarked
package io.airlockapp.gateway.observation;

import org.jspecify.annotations.NullMarked;
