package io.airlockapp.samples.orders;

import java.math.BigDecimal;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.DurableApprovals;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Service that pays orders.
 */
@Service
public class PaymentService {

	private static final BigDecimal LIMIT = new BigDecimal("1000");

	private final OrderRepository orders;

	private final Bank bank;

	PaymentService(OrderRepository orders, Bank bank) {
		this.orders = orders;
		this.bank = bank;
	}

	/**
	 * Return whether an amount is so large that two persons have to approve its payment.
	 * @param amount the amount to pay
	 * @return {@code true} if it is to be paid by {@link #payLarge}
	 */
	static boolean isLarge(BigDecimal amount) {
		return amount.compareTo(LIMIT) > 0;
	}

	/**
	 * Pay an order. The call is recorded and returns at once. It runs after its approval,
	 * in a transaction of its own.
	 * @param orderId the number of the order
	 * @param account the account that is paid
	 * @param amount the amount to pay
	 */
	@Transactional
	@RequiresAirlockApproval(value = "Payment", description = "Pay #{#amount} EUR to #{#account} for order #{#orderId}",
			durable = true)
	public void pay(long orderId, String account, BigDecimal amount) {
		if (isLarge(amount)) {
			throw new IllegalArgumentException("The payment of order %d needs two approvals".formatted(orderId));
		}
		transfer(orderId, account, amount);
	}

	/**
	 * Pay an order with a large amount, which two persons approve.
	 * @param orderId the number of the order
	 * @param account the account that is paid
	 * @param amount the amount to pay
	 */
	@Transactional
	@RequiresAirlockApproval(value = "Large payment",
			description = "Pay #{#amount} EUR to #{#account} for order #{#orderId}", approvers = "payments",
			durable = true)
	public void payLarge(long orderId, String account, BigDecimal amount) {
		transfer(orderId, account, amount);
	}

	private void transfer(long orderId, String account, BigDecimal amount) {
		// The approval may be days old. This also locks the order until the commit
		if (!this.orders.markPaid(orderId)) {
			throw new IllegalStateException("Order %d is no longer open".formatted(orderId));
		}
		String key = DurableApprovals.current().orElseThrow().id();
		this.bank.transfer(key, account, amount);
	}

}
