package io.airlockapp.samples.payouts;

import java.math.BigDecimal;

/**
 * Payout to a payee.
 *
 * @param payee the payee
 * @param amount the amount
 */
record Payout(String payee, BigDecimal amount) {
}
