package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.assertj.core.annotation.CheckReturnValue;

/**
 * Entry point of assertions on the requests that a simulated approver received. To be
 * imported statically in the same way as AssertJ's own: both by name, or both on demand,
 * since an import by name hides one on demand.
 */
@CheckReturnValue
public final class AirlockAssertions {

	private AirlockAssertions() {
	}

	/**
	 * Assert what the person was asked.
	 * @param actual the person
	 * @return assertions
	 */
	public static SimulatedApproverAssert assertThat(SimulatedApprover actual) {
		return new SimulatedApproverAssert(actual);
	}

	/**
	 * Assert what the person behind a simulator was asked.
	 * @param actual the simulator
	 * @return assertions
	 */
	public static AirlockSimulatorAssert assertThat(AirlockSimulator actual) {
		return new AirlockSimulatorAssert(actual);
	}

	/**
	 * Assert what the person is shown.
	 * @param actual the request
	 * @return assertions
	 */
	public static PendingRequestAssert assertThat(PendingRequest actual) {
		return new PendingRequestAssert(actual);
	}

	/**
	 * Assert what the person was shown, and what became of it.
	 * @param actual the request
	 * @return assertions
	 */
	public static AskedRequestAssert assertThat(HandledRequest actual) {
		return new AskedRequestAssert(actual.request(), actual);
	}

}
