/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * API for applications: {@link io.airlockapp.gateway.AirlockGatewayOperations}, its
 * template, and the exceptions.
 */
@NullMarked
package io.airlockapp.gateway;

import org.jspecify.annotations.NullMarked;
