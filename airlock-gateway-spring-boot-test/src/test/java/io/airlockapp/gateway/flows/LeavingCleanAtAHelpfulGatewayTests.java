package io.airlockapp.gateway.flows;

import io.airlockapp.gateway.simulator.AirlockSimulator;

/**
 * The same at a gateway whose statuses have the decision, and write states otherwise.
 */
class LeavingCleanAtAHelpfulGatewayTests extends LeavingCleanTests {

	@Override
	AirlockSimulator startSimulator() {
		return AirlockSimulator.builder().decisionInStatus(true).pascalCaseStates(true).start();
	}

}
