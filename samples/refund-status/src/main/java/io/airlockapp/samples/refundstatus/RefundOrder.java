package io.airlockapp.samples.refundstatus;

import java.math.BigDecimal;

import io.airlockapp.gateway.ApprovalRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Order to make a refund. Both the request for approval and the refund itself are made of
 * it, and it cannot change in between.
 *
 * @param order the number of the order
 * @param amount the amount
 */
record RefundOrder(long order, @Nullable BigDecimal amount) {

	boolean isValid() {
		return this.order > 0 && this.amount != null && this.amount.signum() > 0;
	}

	ApprovalRequest toApprovalRequest() {
		String amount = (this.amount != null) ? this.amount.toPlainString() : "nothing";
		return ApprovalRequest.builder("Refund", "refund order %d by %s".formatted(this.order, amount))
			.description("Refund %s for order %d".formatted(amount, this.order))
			.arguments(JsonNodeFactory.instance.objectNode().put("order", this.order).put("amount", this.amount))
			.gate("refund")
			.build();
	}

}
