/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

// tag::imports[]
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
// end::imports[]

import org.springframework.stereotype.Service;

/**
 * The service of the examples in the documentation.
 */
// tag::guarded[]
@Service
class RefundService {

	@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
	public Receipt refund(String order, BigDecimal amount, @AirlockSensitive String email) {
		// runs only after a person approved exactly this refund
		return new Receipt(order, amount);
	}

}
// end::guarded[]
