/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.stereotype.Service;

/**
 * The example's refunds with the starter.
 */
@Service
class OrderRefunds {

	private final List<String> refunded = new CopyOnWriteArrayList<>();

	// tag::after[]
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public void refund(String order, BigDecimal amount) {
		pay(order, amount);
	}
	// end::after[]

	private void pay(String order, BigDecimal amount) {
		this.refunded.add(order + " " + amount);
	}

	// Not the field: the proxy has none
	List<String> refunded() {
		return this.refunded;
	}

}
