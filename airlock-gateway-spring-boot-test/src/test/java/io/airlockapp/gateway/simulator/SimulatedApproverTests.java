/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SimulatedApprover}.
 */
class SimulatedApproverTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final SimulatedApprover approver = this.simulator.approver();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void approvesAll() {
		this.approver.approveAll();
		this.enforcer.await(this.enforcer.submit(TestEnforcer.plaintext()), 20);
		assertThat(this.approver.history()).singleElement()
			.extracting(HandledRequest::outcome)
			.isEqualTo(Outcome.APPROVED);
	}

	@Test
	void rejectAllAlsoRejectsPendingRequests() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.approver.rejectAll("No");
		this.enforcer.await(requestId, 20);
		HandledRequest handled = this.approver.history().get(0);
		assertThat(handled.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(handled.reason()).isEqualTo("No");
	}

	@Test
	void decidesByHand() {
		this.approver.approveAll();
		this.approver.decideByHand();
		this.enforcer.submit(TestEnforcer.plaintext());
		PendingRequest request = this.approver.awaitRequest();
		this.approver.approve(request);
		assertThatIllegalStateException().isThrownBy(() -> this.approver.reject(request, "Too late"));
	}

	@Test
	void askedContainsRequestsWithAnyOutcome() {
		String approved = this.enforcer.submit(TestEnforcer.plaintext());
		String waiting = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.approve(approved);
		assertThat(this.approver.asked()).extracting(PendingRequest::requestId).containsExactly(approved, waiting);
		this.simulator.reset();
		assertThat(this.approver.asked()).isEmpty();
	}

}
