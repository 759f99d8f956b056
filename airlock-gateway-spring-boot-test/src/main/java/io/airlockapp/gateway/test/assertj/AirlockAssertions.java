/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.assertj.core.annotation.CheckReturnValue;

/**
 * Entry point of assertions on the requests that simulated approvers received. Import it
 * statically in the same way as AssertJ's own: both by name, or both on demand, since an
 * import by name hides one on demand.
 */
@CheckReturnValue
public final class AirlockAssertions {

	private AirlockAssertions() {
	}

	/**
	 * Create assertions on the requests that an approver received.
	 * @param actual the approver
	 * @return assertions
	 */
	public static SimulatedApproverAssert assertThat(SimulatedApprover actual) {
		return new SimulatedApproverAssert(actual);
	}

	/**
	 * Create assertions on the requests that the approvers of a simulator received.
	 * @param actual the simulator
	 * @return assertions
	 */
	public static AirlockSimulatorAssert assertThat(AirlockSimulator actual) {
		return new AirlockSimulatorAssert(actual);
	}

	/**
	 * Create assertions on a request as its approver sees it.
	 * @param actual the request
	 * @return assertions
	 */
	public static PendingRequestAssert assertThat(PendingRequest actual) {
		return new PendingRequestAssert(actual);
	}

	/**
	 * Create assertions on a request as its approver saw it, and on its outcome.
	 * @param actual the request
	 * @return assertions
	 */
	public static AskedRequestAssert assertThat(HandledRequest actual) {
		return new AskedRequestAssert(actual.request(), actual);
	}

}
