/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A minimal gateway in its own process, and clients of it without the starter.
 */
package io.airlockapp.gateway.benchmarks.wire;
