/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A controller with a guarded method.
 */
@RestController
class PayoutController {

	@PostMapping("/payouts")
	@RequiresAirlockApproval("Pay out")
	public String payOut(@RequestParam String recipient) {
		return recipient;
	}

}
