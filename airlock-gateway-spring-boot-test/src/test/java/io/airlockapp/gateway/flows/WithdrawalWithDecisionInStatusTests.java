/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import io.airlockapp.gateway.simulator.AirlockSimulator;

/**
 * Tests like those of {@link WithdrawalFlowTests}, with a gateway whose status of an
 * exchange contains the decision, and that writes states in another form.
 */
class WithdrawalWithDecisionInStatusTests extends WithdrawalFlowTests {

	@Override
	AirlockSimulator startSimulator() {
		return AirlockSimulator.builder().decisionInStatus(true).pascalCaseStates(true).start();
	}

}
