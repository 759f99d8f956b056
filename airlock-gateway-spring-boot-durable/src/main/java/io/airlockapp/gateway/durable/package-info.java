/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Approvals that outlive the process: calls that are recorded, decided and run later.
 */
@NullMarked
package io.airlockapp.gateway.durable;

import org.jspecify.annotations.NullMarked;
