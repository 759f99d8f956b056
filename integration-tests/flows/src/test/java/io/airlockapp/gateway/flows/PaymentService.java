/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.jspecify.annotations.Nullable;

/**
 * A guarded bean that remembers which of its methods ran.
 */
class PaymentService {

	private final List<String> payments = new CopyOnWriteArrayList<>();

	List<String> payments() {
		return this.payments;
	}

	@RequiresAirlockApproval(value = "Pay", timeout = "20s")
	public void pay(String account) {
		this.payments.add(account);
	}

	@RequiresAirlockApproval(value = "Pay now", timeout = "2s")
	public void payNow(String account) {
		this.payments.add(account);
	}

	@RequiresAirlockApproval(value = "Pay with PIN", description = "Pay #{#note} to #{#account} with #{#pin}",
			timeout = "1s")
	public void payWithPin(String account, @AirlockSensitive Object pin, @Nullable Object note) {
		this.payments.add(account);
	}

	@RequiresAirlockApproval(value = "Pay as described", description = "Pay #{#account} with #{#pin}",
			condition = "#account == #note", timeout = "1s")
	public void payAsDescribed(String account, @AirlockSensitive String pin, Object note) {
		this.payments.add(account);
	}

}
