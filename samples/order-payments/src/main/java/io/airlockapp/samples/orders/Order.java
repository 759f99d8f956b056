package io.airlockapp.samples.orders;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * Order of a customer.
 *
 * @param id the number of the order
 * @param customer the customer
 * @param amount the amount to pay, in euros
 * @param account the account that is paid
 * @param state the state
 * @param note the reason for the state, or {@code null}
 * @param requestId the id of the approval of its payment
 */
record Order(long id, String customer, BigDecimal amount, String account, State state, @Nullable String note,
		String requestId) {

	/**
	 * Enumeration of the states of an order.
	 */
	enum State {

		/**
		 * Not yet paid: the payment waits, is in progress, or its outcome is not known.
		 */
		OPEN,

		/**
		 * Paid.
		 */
		PAID,

		/**
		 * Not paid, and it won't be.
		 */
		NOT_PAID,

		/**
		 * The payment failed. If the bank did not respond, it may have paid nevertheless.
		 */
		FAILED

	}

}
