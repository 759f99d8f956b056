/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on the requests that an approver received.
 */
public final class SimulatedApproverAssert extends AbstractApproverAssert<SimulatedApproverAssert, SimulatedApprover> {

	SimulatedApproverAssert(@Nullable SimulatedApprover actual) {
		super(actual, SimulatedApproverAssert.class, SimulatedApprover::asked, SimulatedApprover::history);
	}

}
