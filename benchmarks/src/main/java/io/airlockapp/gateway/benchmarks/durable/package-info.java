/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measurements of durable approvals, with the module and a database of their own on the
 * class path.
 */
package io.airlockapp.gateway.benchmarks.durable;
