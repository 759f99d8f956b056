/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.condition;

import java.math.BigDecimal;

import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.stereotype.Service;

/**
 * Service whose refunds are authorized up to an amount.
 */
@Service
public class SecuredRefundService {

	/**
	 * Refund an amount.
	 * @param order the order
	 * @param amount the amount
	 * @return the amount
	 */
	@PreAuthorize("!(#amount > 100)")
	public BigDecimal refund(String order, BigDecimal amount) {
		return amount;
	}

}
