package io.airlockapp.gateway.benchmarks.refund;

import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.stereotype.Service;

/**
 * Service whose refunds are made after a person's approval.
 */
@Service
public class RefundService {

	/**
	 * Refund an amount, once that is approved.
	 * @param order the order
	 * @param amount the amount
	 * @return the time at which it was done, in nanoseconds
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public long refund(String order, BigDecimal amount) {
		return System.nanoTime();
	}

	/**
	 * Refund an amount, once that is approved, without keeping the caller waiting.
	 * @param order the order
	 * @param amount the amount
	 * @return the time at which it was done, in nanoseconds
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public CompletableFuture<Long> refundLater(String order, BigDecimal amount) {
		return CompletableFuture.completedFuture(System.nanoTime());
	}

}
