package io.airlockapp.samples.payouts;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.stereotype.Service;

/**
 * Service that makes payouts.
 */
@Service
class PayoutService {

	private final List<Payout> made = new CopyOnWriteArrayList<>();

	@RequiresAirlockApproval(value = "Payout", description = "Pay #{#payout.amount} to #{#payout.payee}")
	public void pay(Payout payout) {
		this.made.add(payout);
	}

	List<Payout> made() {
		return List.copyOf(this.made);
	}

}
