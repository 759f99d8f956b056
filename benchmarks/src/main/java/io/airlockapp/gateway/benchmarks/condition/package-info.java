/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Application whose methods are guarded under a condition, or authorized by one.
 */
package io.airlockapp.gateway.benchmarks.condition;
