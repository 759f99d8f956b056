/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Example of a test with a do-not-disturb policy.
 */
// tag::policy[]
@SpringBootTest(properties = "airlock.gateway.workspace.name=payments")
@AutoConfigureAirlockSimulator
@DirtiesContext(classMode = ClassMode.BEFORE_EACH_TEST_METHOD)
class RefundPolicyTests {

	@Autowired
	private RefundService service;

	@Autowired
	private AirlockSimulator simulator;

	@Test
	void refundWhenPolicyDeniesThrowsWithoutRequest() {
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", Verdict.REJECT));
		assertThatExceptionOfType(ApprovalDeniedByPolicyException.class)
			.isThrownBy(() -> this.service.refund("A-17", new BigDecimal("2.50"), "ann@example.com"));
		assertThat(this.simulator.approver()).wasNotAsked();
	}

}
// end::policy[]
