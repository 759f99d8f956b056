package io.airlockapp.samples.orders;

import java.math.BigDecimal;

import io.airlockapp.gateway.durable.DurableApprovals;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Service that places orders.
 */
@Service
public class OrderService {

	private final OrderRepository orders;

	private final PaymentService payments;

	private final DurableApprovals approvals;

	OrderService(OrderRepository orders, PaymentService payments, DurableApprovals approvals) {
		this.orders = orders;
		this.payments = payments;
		this.approvals = approvals;
	}

	/**
	 * Place an order, and request its payment. Both are stored in one transaction: if it
	 * is rolled back, nobody is asked.
	 * @param customer the customer
	 * @param amount the amount to pay
	 * @param account the account that is paid
	 * @return the number of the order
	 */
	@Transactional
	public long place(String customer, BigDecimal amount, String account) {
		long id = this.orders.insert(customer, amount, account);
		this.approvals.recording(() -> pay(id, account, amount))
			.ifPresent((recorded) -> this.orders.setRequestId(id, recorded.id()));
		return id;
	}

	private void pay(long id, String account, BigDecimal amount) {
		if (PaymentService.isLarge(amount)) {
			this.payments.payLarge(id, account, amount);
		}
		else {
			this.payments.pay(id, account, amount);
		}
	}

}
