/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Simulated approver, who decrypts and signs, and the page on which a person decides.
 */
@NullMarked
package io.airlockapp.gateway.simulator.approver;

import org.jspecify.annotations.NullMarked;
