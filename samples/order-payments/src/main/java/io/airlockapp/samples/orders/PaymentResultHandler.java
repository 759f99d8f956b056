package io.airlockapp.samples.orders;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovalHandler;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.Resolution;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * {@link DurableApprovalHandler} that closes orders whose payment did not take place, or
 * was resolved by an operator.
 */
@Component
class PaymentResultHandler implements DurableApprovalHandler {

	private final OrderRepository orders;

	PaymentResultHandler(OrderRepository orders) {
		this.orders = orders;
	}

	@Override
	public void ended(DurableApproval approval, @Nullable ApprovalDecision decision) {
		Order.State state = switch (approval.state()) {
			case DONE -> Order.State.PAID;
			case FAILED -> Order.State.FAILED;
			case RESOLVED -> Resolution.RAN.name().equals(approval.problem()) ? Order.State.PAID : Order.State.NOT_PAID;
			default -> Order.State.NOT_PAID;
		};
		this.orders.close(approval.id(), state, note(approval, decision));
	}

	private static @Nullable String note(DurableApproval approval, @Nullable ApprovalDecision decision) {
		if (approval.state() == DurableState.DENIED && decision != null) {
			return decision.reason();
		}
		return approval.problem();
	}

}
