/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Benchmarks of approvals, conditions, the rate limiter, memory and threads.
 */
package io.airlockapp.gateway.benchmarks;
