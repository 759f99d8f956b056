/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

/**
 * What the example's refunds return.
 *
 * @param order the order
 * @param amount the amount
 */
record Receipt(String order, BigDecimal amount) {
}
