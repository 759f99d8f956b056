package io.airlockapp.samples.refunds;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * Refund that was made.
 *
 * @param order the number of the order
 * @param amount the amount
 * @param refundedAt the time at which it was made
 */
public record Refund(long order, BigDecimal amount, Instant refundedAt) {

}
