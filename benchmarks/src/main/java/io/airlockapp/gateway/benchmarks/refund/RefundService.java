/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.refund;

import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.stereotype.Service;

/**
 * Service whose refunds require a person's approval.
 */
@Service
public class RefundService {

	/**
	 * Refund an amount after its approval.
	 * @param order the order
	 * @param amount the amount
	 * @return the time at which the method started, in nanoseconds
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public long refund(String order, BigDecimal amount) {
		return System.nanoTime();
	}

	/**
	 * Refund an amount after its approval, without blocking the caller.
	 * @param order the order
	 * @param amount the amount
	 * @return the time at which the method started, in nanoseconds
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public CompletableFuture<Long> refundLater(String order, BigDecimal amount) {
		return CompletableFuture.completedFuture(System.nanoTime());
	}

	/**
	 * Refund an amount after its approval by two of three persons, without blocking the
	 * caller.
	 * @param order the order
	 * @param amount the amount
	 * @return the time at which the method started, in nanoseconds
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}",
			approvers = "refunds")
	public CompletableFuture<Long> refundByTwo(String order, BigDecimal amount) {
		return CompletableFuture.completedFuture(System.nanoTime());
	}

}
