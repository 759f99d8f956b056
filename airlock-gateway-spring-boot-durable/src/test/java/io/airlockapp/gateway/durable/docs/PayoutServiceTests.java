/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the examples in {@code docs/durable.md} and
 * {@code docs/durable-reference.md}.
 */
@SpringBootTest(properties = { "airlock.gateway.durable.worker=false", "spring.jpa.open-in-view=false" })
@AutoConfigureAirlockSimulator
class PayoutServiceTests {

	@Autowired
	private ManualStepExecutor steps;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private DurableApprovals approvals;

	@Autowired
	private PayoutService service;

	@Autowired
	private OrderService orders;

	@Autowired
	private PayoutOperations operations;

	@Autowired
	private Refunds refunds;

	@Autowired
	private Bank bank;

	@Autowired
	private JdbcTemplate jdbc;

	@BeforeEach
	void createTable() {
		this.jdbc.execute("CREATE TABLE IF NOT EXISTS PAYOUT(ORDER_ID VARCHAR(20), REQUEST_ID VARCHAR(100), "
				+ "STATE VARCHAR(16))");
		Tenant.set("north");
	}

	@AfterEach
	void removeTenant() {
		Tenant.set(null);
	}

	// tag::test[]
	@Test
	@ApproveAll
	void paysAfterTheApproval() {
		DurableApproval recorded = this.approvals.recording(() -> this.service.pay("ann", new BigDecimal("2.50")))
			.orElseThrow();
		this.steps.execute();
		assertThat(this.approvals.find(recorded.id()).orElseThrow().state()).isEqualTo(DurableState.DONE);
	}
	// end::test[]

	@Test
	void waitsForTheDecision() {
		DurableApproval recorded = this.approvals.recording(() -> this.service.pay("ann", new BigDecimal("2.50")))
			.orElseThrow();
		this.steps.execute();
		PendingRequest request = this.approver.awaitRequest();
		assertThat(request).hasCommandText("PayoutService.pay(account=ann, amount=2.50)\ncontext tenant: name=north");
		assertThat(this.bank.transfers()).noneMatch((transfer) -> transfer.startsWith(recorded.id()));
		this.approver.approve(request);
		this.steps.execute();
		assertThat(this.bank.transfers()).anyMatch((transfer) -> transfer.startsWith(recorded.id()));
	}

	@Test
	@ApproveAll
	void callHasTheContextAndItsIdAndTheHandlerIsCalled() {
		DurableApproval recorded = this.orders.close("A-17", "ann", new BigDecimal("2.50")).orElseThrow();
		this.steps.execute();
		assertHandled(recorded, "DONE");
		assertThat(this.bank.transfers()).contains(recorded.id() + ": 2.50 to ann for north");
	}

	@Test
	@RejectAll("Wrong account")
	void deniedCallDoesNotRun() {
		DurableApproval recorded = this.orders.close("A-18", "ann", BigDecimal.ONE).orElseThrow();
		this.steps.execute();
		assertHandled(recorded, "DENIED");
		assertThat(this.bank.transfers()).noneMatch((transfer) -> transfer.startsWith(recorded.id()));
		assertThat(this.operations.findUnknown()).isEmpty();
		assertThat(this.operations.resolve(recorded, false)).isFalse();
	}

	@Test
	@ApproveAll
	void methodThatRestartsTakesEffect() {
		this.jdbc.update("INSERT INTO PAYOUT (ORDER_ID, STATE) VALUES ('A-19', 'DONE')");
		DurableApproval recorded = this.approvals.recording(() -> this.refunds.refund("A-19")).orElseThrow();
		this.steps.execute();
		assertThat(this.approvals.find(recorded.id()).orElseThrow().committedAt()).isNotNull();
		assertThat(this.jdbc.queryForList("SELECT STATE FROM PAYOUT WHERE ORDER_ID = 'A-19'", String.class))
			.containsExactly("REFUNDED");
	}

	private void assertHandled(DurableApproval recorded, String state) {
		assertThat(this.jdbc.queryForList("SELECT STATE FROM PAYOUT WHERE REQUEST_ID = ?", String.class, recorded.id()))
			.containsExactly(state);
	}

}
