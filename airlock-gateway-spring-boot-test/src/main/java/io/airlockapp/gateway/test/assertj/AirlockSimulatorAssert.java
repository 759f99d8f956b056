/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on the requests that the approvers of a simulator received.
 */
public final class AirlockSimulatorAssert extends AbstractApproverAssert<AirlockSimulatorAssert, AirlockSimulator> {

	AirlockSimulatorAssert(@Nullable AirlockSimulator actual) {
		super(actual, AirlockSimulatorAssert.class, AirlockSimulator::asked, AirlockSimulator::history);
	}

	/**
	 * Verify that all requests were for one call of a method with several approvers, and
	 * return assertions on it.
	 * @return assertions on the requests
	 * @throws AssertionError if there is no such request, or there are others
	 */
	public AskedCallAssert wasAskedAboutOneCall() {
		List<PendingRequest> asked = asked();
		Set<String> calls = asked.stream().map(AskedCallAssert::idOf).collect(Collectors.toSet());
		if (calls.size() != 1 || calls.contains("")) {
			throw failure("Expected the persons to be asked about one call of a method with several approvers, but %s",
					butWas(asked));
		}
		return new AskedCallAssert(asked, history());
	}

}
