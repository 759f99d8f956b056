package io.airlockapp.samples.payouts;

import java.math.BigDecimal;

/**
 * A payout.
 *
 * @param payee who gets it
 * @param amount how much
 */
record Payout(String payee, BigDecimal amount) {
}
