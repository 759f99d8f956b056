/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Example of tests of a method with several approvers.
 */
@SpringBootTest(properties = { "airlock.gateway.approvers.refunds.pairings=ann,ben,cay",
		"airlock.gateway.approvers.refunds.quorum=2" })
@AutoConfigureAirlockSimulator
@Import(RefundApproversTests.LargeRefunds.class)
class RefundApproversTests {

	@Autowired
	private LargeRefunds refunds;

	@Autowired
	private AirlockSimulator simulator;

	// tag::several-approvers[]
	@Test
	void refundsOnceTwoApprove() {
		this.simulator.approver("ann").approveAll();
		this.simulator.approver("cay").approveAll();
		this.refunds.refund("A-17", new BigDecimal("2500.00"));
		assertThat(this.simulator).wasAskedAboutOneCall().hasQuorum(2).wasApprovedBy("ann", "cay");
	}
	// end::several-approvers[]

	@Test
	void oneDenialIsEnough() {
		this.simulator.approver("ann").approveAll();
		this.simulator.approver("ben").rejectAll("Wrong customer");
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.refunds.refund("A-17", new BigDecimal("2500.00")));
	}

	static class LargeRefunds {

		@RequiresAirlockApproval(value = "Large refund", approvers = "refunds")
		void refund(String order, BigDecimal amount) {
		}

	}

}
