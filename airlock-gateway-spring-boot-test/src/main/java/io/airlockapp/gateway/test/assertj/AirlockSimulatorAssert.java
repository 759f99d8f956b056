/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on the requests that a simulator's approver received.
 */
public final class AirlockSimulatorAssert extends AbstractApproverAssert<AirlockSimulatorAssert, AirlockSimulator> {

	AirlockSimulatorAssert(@Nullable AirlockSimulator actual) {
		super(actual, AirlockSimulatorAssert.class);
	}

	@Override
	SimulatedApprover approver() {
		return this.actual.approver();
	}

}
