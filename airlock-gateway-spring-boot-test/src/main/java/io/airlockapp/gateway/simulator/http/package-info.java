/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * HTTP server of the simulator, with its requests and responses.
 */
@NullMarked
package io.airlockapp.gateway.simulator.http;

import org.jspecify.annotations.NullMarked;
