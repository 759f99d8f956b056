/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The exchange of one request for approval, step by step.
 */
@NullMarked
package io.airlockapp.gateway.durable.exchange;

import org.jspecify.annotations.NullMarked;
