/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;

import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the patience of {@link AirlockSimulator}.
 */
class UndecidedTimeoutTests {

	private final MutableClock clock = new MutableClock();

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.builder()
		.clock(this.clock)
		.patience(Duration.ofSeconds(5))
		.start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void requestIsRejectedWhenUndecidedInTime() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		PendingRequest request = this.simulator.awaitPending();
		this.clock.advanceSeconds(5);
		this.enforcer.await(requestId, 20);
		assertThat(this.simulator.undecided()).containsExactly(request);
		HandledRequest handled = this.simulator.history().get(0);
		assertThat(handled.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(handled.reason()).contains("Nobody decided within 5000 ms", "@ApproveAll");
	}

	@Test
	void youngerRequestsRemainPending() {
		String old = this.enforcer.submit(TestEnforcer.plaintext());
		this.clock.advanceSeconds(4);
		String young = this.enforcer.submit(TestEnforcer.plaintext());
		this.clock.advanceSeconds(1);
		this.enforcer.await(old, 20);
		assertThat(this.simulator.pending()).extracting(PendingRequest::requestId).containsExactly(young);
		this.simulator.approve(young);
		assertThat(this.simulator.undecided()).extracting(PendingRequest::requestId).containsExactly(old);
	}

	@Test
	void decidedRequestsAreNotUndecided() {
		this.simulator.approve(this.enforcer.submit(TestEnforcer.plaintext()));
		this.clock.advanceSeconds(5);
		String undecided = this.enforcer.submit(TestEnforcer.plaintext());
		this.clock.advanceSeconds(5);
		this.enforcer.await(undecided, 20);
		assertThat(this.simulator.undecided()).extracting(PendingRequest::requestId).containsExactly(undecided);
	}

	@Test
	void canBeChangedAndIsResetToTheFirst() {
		this.simulator.patience(null);
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.clock.advanceSeconds(10);
		this.simulator.patience(Duration.ZERO);
		this.enforcer.await(requestId, 20);
		assertThat(this.simulator.undecided()).hasSize(1);
		this.simulator.reset();
		assertThat(this.simulator.undecided()).isEmpty();
		this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.awaitPending();
		this.clock.advanceSeconds(5);
		await().until(() -> this.simulator.undecided().size() == 1);
	}

	@Test
	void refusesANegativeLimit() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.patience(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AirlockSimulator.builder().patience(Duration.ofSeconds(-1)));
	}

}
