/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.condition;

import java.math.BigDecimal;

import org.springframework.stereotype.Service;

/**
 * Service whose refunds are neither guarded nor authorized.
 */
@Service
public class PlainRefundService {

	/**
	 * Refund an amount.
	 * @param order the order
	 * @param amount the amount
	 * @return the amount
	 */
	public BigDecimal refund(String order, BigDecimal amount) {
		return amount;
	}

}
