/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalTimeoutException;

import org.springframework.stereotype.Service;

/**
 * Calls a guarded method, and keeps the words that its own callers know.
 */
@Service
class RefundDesk {

	private final OrderRefunds refunds;

	RefundDesk(OrderRefunds refunds) {
		this.refunds = refunds;
	}

	// tag::own-errors[]
	void refund(String order, BigDecimal amount) {
		try {
			this.refunds.refund(order, amount);
		}
		catch (ApprovalDeniedException ex) {
			throw new RefundRefusedException("The refund was denied", ex);
		}
		catch (ApprovalTimeoutException ex) {
			throw new RefundRefusedException("No decision was made in time", ex);
		}
	}
	// end::own-errors[]

	/**
	 * The error that callers of the refund desk know.
	 */
	@SuppressWarnings("serial")
	static class RefundRefusedException extends RuntimeException {

		RefundRefusedException(String message, Throwable cause) {
			super(message, cause);
		}

	}

}
