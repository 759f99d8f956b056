/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.test.context.ContextConfiguration;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SimulatedApproverAssert} and {@link AirlockSimulatorAssert}.
 */
@JsonTest
@ContextConfiguration(classes = SimulatedApproverAssertTests.class)
@AutoConfigureAirlockSimulator
class SimulatedApproverAssertTests {

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private AirlockGatewayOperations gateway;

	@Test
	void failureWithoutRequestsNamesNone() {
		assertThat(this.approver).wasNotAsked().wasAskedTimes(0);
		assertThat(this.simulator).wasNotAsked();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.approver).wasAskedOnce())
			.withMessage("Expected the person to be asked once, but was asked nothing");
	}

	@Test
	void failureWithOneRequestNamesIt() {
		this.approver.approveAll();
		ask("Refund", "refund 42");
		assertThat(this.simulator).wasAskedOnce().hasCommandText("refund 42").wasApproved();
		assertThat(this.approver).wasAskedTo("Refund").wasApproved();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.approver).wasNotAsked())
			.withMessage("""
					Expected the person to be asked 0 times, but was asked
					  Refund: refund 42 -> approved""");
	}

	@Test
	void failureWithSeveralRequestsNamesThem() {
		this.approver.approveAll();
		ask("Refund", "refund 42");
		this.approver.rejectAll("Enough");
		ask("Payout", "pay 1");
		ask("Payout", "pay 2");
		assertThat(this.approver).wasAskedTimes(3).wasAskedTo("Refund").wasApproved();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.approver).wasAskedTo("Payout"))
			.withMessage("""
					Expected the person to be asked once to
					  Payout
					but was asked
					  Refund: refund 42 -> approved
					  Payout: pay 1 -> rejected (Enough)
					  Payout: pay 2 -> rejected (Enough)""");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.simulator).wasAskedOnce());
	}

	@Test
	void requestStillWaits() throws Exception {
		CompletableFuture<ApprovalDecision> decision = this.gateway
			.requestApprovalAsync(ApprovalRequest.builder("Refund", "refund 42").build());
		this.approver.awaitRequest();
		AskedRequestAssert request = assertThat(this.approver).wasAskedOnce().isWaiting();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(request::wasApproved)
			.withMessageContaining("it is waiting");
		this.approver.reject(this.approver.awaitRequest(), "Late");
		assertThat(decision.get(20, TimeUnit.SECONDS).reason()).isEqualTo("Late");
		assertThat(this.approver).wasAskedOnce().wasRejectedBecause("Late");
	}

	private void ask(String label, String command) {
		assertThat(this.gateway.requestApproval(ApprovalRequest.builder(label, command).build())).isNotNull();
	}

}
