/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;

// tag::imports[]
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
// end::imports[]

/**
 * Example of tests that know beforehand what the person decides.
 */
// tag::decided-beforehand[]
@SpringBootTest
@AutoConfigureAirlockSimulator
class RefundServiceTests {

	@Autowired
	private RefundService service;

	@Autowired
	private SimulatedApprover approver;

	@Test
	@ApproveAll
	void refundWhenApprovedReturnsReceipt() {
		assertThat(this.service.refund("A-17", new BigDecimal("2.50"), "ann@example.com")).isNotNull();
		assertThat(this.approver).wasAskedTo("Refund")
			.hasDescription("Refund 2.50 for order A-17")
			.hasArgument("order", "A-17")
			.masks("email")
			.doesNotReveal("ann@example.com")
			.wasApproved();
	}

	@Test
	@RejectAll("Wrong customer")
	void refundWhenDeniedReportsReason() {
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.service.refund("A-17", new BigDecimal("2.50"), "ann@example.com"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("Wrong customer"));
	}

}
// end::decided-beforehand[]
