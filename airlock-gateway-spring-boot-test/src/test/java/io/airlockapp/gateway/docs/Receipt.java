/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

/**
 * Result of the example's refunds.
 *
 * @param order the order
 * @param amount the amount
 */
record Receipt(String order, BigDecimal amount) {
}
