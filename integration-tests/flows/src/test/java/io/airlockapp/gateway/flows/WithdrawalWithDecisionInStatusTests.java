/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests like those of {@link WithdrawalDecisionTests}, with a gateway whose status of an
 * exchange contains the decision, and that writes states in another form.
 */
class WithdrawalWithDecisionInStatusTests extends WithdrawalDecisionTests {

	@Override
	AirlockSimulator startSimulator() {
		return AirlockSimulator.builder().decisionInStatus(true).pascalCaseStates(true).start();
	}

	@Test
	void fetchesADecisionThatHasAnotherFormInTheStatus() {
		start();
		AtomicInteger deliveries = new AtomicInteger();
		this.simulator.tamperDecisions((envelope) -> {
			if (deliveries.incrementAndGet() == 1) {
				((ObjectNode) envelope.get("body")).put("decision", "Approve");
			}
			return envelope;
		});
		assertThat(interruptAndDecideWhileWithdrawing(true).failure()).isNull();
		assertThat(this.application.payouts().orders()).containsExactly("order-1");
		assertThat(deliveries).hasValue(2);
	}

}
