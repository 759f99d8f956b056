/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Auto-configuration for durable approvals.
 */
@NullMarked
package io.airlockapp.gateway.durable.autoconfigure;

import org.jspecify.annotations.NullMarked;
