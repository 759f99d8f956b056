/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.context.annotation.Bean;

/**
 * Bean methods that a configuration in another package cannot override.
 */
public class PackagePrivateBeans {

	@Bean
	Payouts payouts() {
		return new Payouts();
	}

	@Bean
	Client client() {
		return new Client(payouts());
	}

	static class Payouts {

		@RequiresAirlockApproval
		public void payOut() {
		}

	}

	record Client(Payouts payouts) {
	}

}
