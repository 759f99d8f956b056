/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the groups of approvers that methods name are verified at start.
 */
class ApproversOfMethodsTests {

	private static final String GROUP = "airlock.gateway.approvers.refunds.";

	private final ApplicationContextRunner gateway = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockStoreAutoConfiguration.class, AirlockGatewayAutoConfiguration.class,
						AirlockPairingAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.base-url=http://localhost:1", "airlock.gateway.auth.pat=airpat_1",
				"airlock.gateway.pairings.a.routing-token=a",
				"airlock.gateway.pairings.a.encryption-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
				"airlock.gateway.pairings.a.signer-keys.key-1=faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=",
				"airlock.gateway.pairings.b.routing-token=b",
				"airlock.gateway.pairings.b.encryption-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
				"airlock.gateway.pairings.b.signer-keys.key-2=faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")
		.withBean(Service.class);

	@Test
	void startsWithAConfiguredGroup() {
		this.gateway.withPropertyValues(GROUP + "pairings=a").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void failsWithAnUnknownGroup() {
		this.gateway.withPropertyValues("airlock.gateway.approvers.payouts.pairings=a")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.message()
				.contains("'refunds' are not configured", "airlock.gateway.approvers.refunds.pairings", "payouts"));
	}

	@Test
	void failsIfTheEscalationLeavesNoTimeToDecide() {
		this.gateway
			.withPropertyValues(GROUP + "pairings=a", GROUP + "quorum=1", GROUP + "escalation[0].after=50s",
					GROUP + "escalation[0].pairings=b")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.message()
				.contains("airlock.gateway.approvers.refunds.escalation[0].after"));
	}

	@Test
	void bypassNeedsNoGroup() {
		this.gateway.withPropertyValues("airlock.gateway.approval.mode=bypass")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class Service {

		@RequiresAirlockApproval(approvers = "refunds", timeout = "1m")
		void refund(int amount) {
		}

	}

}
