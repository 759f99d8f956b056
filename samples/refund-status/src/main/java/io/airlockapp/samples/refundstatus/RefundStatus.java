package io.airlockapp.samples.refundstatus;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * Status of a refund, as sent to the client.
 *
 * @param state the state
 * @param order the number of the order
 * @param amount the amount
 */
record RefundStatus(RefundState state, long order, @Nullable BigDecimal amount) {

}
