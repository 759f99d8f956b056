/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.List;

import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on the requests that an approver received.
 */
public final class SimulatedApproverAssert extends AbstractApproverAssert<SimulatedApproverAssert, SimulatedApprover> {

	SimulatedApproverAssert(@Nullable SimulatedApprover actual) {
		super(actual, SimulatedApproverAssert.class);
	}

	@Override
	List<PendingRequest> asked(SimulatedApprover actual) {
		return actual.asked();
	}

	@Override
	List<HandledRequest> history(SimulatedApprover actual) {
		return actual.history();
	}

}
