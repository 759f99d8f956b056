/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Execution of the steps of durable approvals at their times, by db-scheduler.
 */
@NullMarked
package io.airlockapp.gateway.durable.engine;

import org.jspecify.annotations.NullMarked;
