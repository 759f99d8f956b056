package io.airlockapp.samples.refundstatus;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * What the client is told about a refund.
 *
 * @param state how far it has come
 * @param order the number of the order
 * @param amount the amount
 */
record RefundStatus(RefundState state, long order, @Nullable BigDecimal amount) {

}
