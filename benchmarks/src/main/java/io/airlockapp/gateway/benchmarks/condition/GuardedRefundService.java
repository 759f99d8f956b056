/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.condition;

import java.math.BigDecimal;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.stereotype.Service;

/**
 * Service whose refunds are guarded above an amount.
 */
@Service
public class GuardedRefundService {

	/**
	 * Refund an amount.
	 * @param order the order
	 * @param amount the amount
	 * @return the amount
	 */
	@RequiresAirlockApproval(value = "Refund", condition = "#amount > 100")
	public BigDecimal refund(String order, BigDecimal amount) {
		return amount;
	}

}
