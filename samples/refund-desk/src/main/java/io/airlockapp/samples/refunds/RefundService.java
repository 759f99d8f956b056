package io.airlockapp.samples.refunds;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.stereotype.Service;

/**
 * Service that makes refunds.
 */
@Service
public class RefundService {

	private static final Log logger = LogFactory.getLog(RefundService.class);

	private final List<Refund> refunds = new CopyOnWriteArrayList<>();

	/**
	 * Make a refund, once a person has approved it.
	 * @param order the number of the order
	 * @param amount the amount
	 * @param iban the customer's account
	 * @return the refund
	 * @throws io.airlockapp.gateway.AirlockGatewayException if it was not approved
	 */
	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public Refund refund(long order, BigDecimal amount, String iban) {
		// A real application would send the money to the account here
		Refund refund = new Refund(order, amount, Instant.now());
		this.refunds.add(refund);
		logger.info("Refunded %s for order %d".formatted(amount, order));
		return refund;
	}

	/**
	 * Return the refunds that were made.
	 * @return the refunds, oldest first
	 */
	public List<Refund> refunds() {
		return List.copyOf(this.refunds);
	}

}
