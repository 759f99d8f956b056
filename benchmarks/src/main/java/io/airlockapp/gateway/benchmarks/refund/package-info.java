/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Application with guarded methods, as a user of the starter would write it.
 */
package io.airlockapp.gateway.benchmarks.refund;
