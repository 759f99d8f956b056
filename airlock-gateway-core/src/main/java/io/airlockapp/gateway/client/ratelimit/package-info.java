/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Limits of the requests to the gateway.
 */
@NullMarked
package io.airlockapp.gateway.client.ratelimit;

import org.jspecify.annotations.NullMarked;
