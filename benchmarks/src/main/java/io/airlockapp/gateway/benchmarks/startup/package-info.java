/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Benchmark of the start of web applications.
 */
package io.airlockapp.gateway.benchmarks.startup;
