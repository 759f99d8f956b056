/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;
import java.util.UUID;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;

import org.springframework.stereotype.Service;

/**
 * Example of a durable method.
 */
// tag::durable[]
@Service
class PayoutService {

	private final Bank bank;

	PayoutService(Bank bank) {
		this.bank = bank;
	}

	@RequiresAirlockApproval(value = "Payout", description = "Pay #{#amount} to #{#account}", durable = true)
	public void pay(String account, BigDecimal amount) {
		// starts at most once, after a person approved this account and this amount
		String key = DurableApprovals.current()
			.map(DurableApproval::id)
			.orElseGet(() -> "without-" + UUID.randomUUID());
		this.bank.transfer(key, account, amount);
	}

}
// end::durable[]
