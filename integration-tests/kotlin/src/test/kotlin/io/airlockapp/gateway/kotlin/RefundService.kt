/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.AirlockSensitive
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import org.springframework.stereotype.Service
import java.math.BigDecimal

// tag::guarded[]
@Service
class RefundService {

	@RequiresAirlockApproval("Refund", description = "Refund #{#amount} for order #{#order}")
	fun refund(order: String, amount: BigDecimal, @AirlockSensitive email: String): Receipt {
		// runs only after a person approved exactly this refund
		return Receipt(order)
	}

}
// end::guarded[]
