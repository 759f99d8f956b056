/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Example of a test that decides while the call waits.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class RefundDecisionTests {

	@Autowired
	private RefundService service;

	@Autowired
	private SimulatedApprover approver;

	// tag::decided-meanwhile[]
	@Test
	void waitsForTheDecision() {
		CompletableFuture<Receipt> receipt = CompletableFuture
			.supplyAsync(() -> this.service.refund("A-17", new BigDecimal("2.50"), "ann@example.com"));
		PendingRequest request = this.approver.awaitRequest();
		assertThat(request).hasCommandText("RefundService.refund(order=A-17, amount=2.50, email=•••)");
		assertThat(receipt).isNotDone();
		this.approver.approve(request);
		assertThat(receipt.join().order()).isEqualTo("A-17");
	}
	// end::decided-meanwhile[]

}
