/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the examples in {@code docs/durable-reference.md} with the threads of the
 * application.
 */
@SpringBootTest(properties = { "airlock.gateway.durable.polling-interval=100ms", "spring.jpa.open-in-view=false",
		"spring.datasource.generate-unique-name=true" })
@AutoConfigureAirlockSimulator
class PayoutWorkerTests {

	@Autowired
	private DurableApprovals approvals;

	@Autowired
	private PayoutService service;

	@BeforeEach
	void setTenant() {
		Tenant.set("north");
	}

	@AfterEach
	void removeTenant() {
		Tenant.set(null);
	}

	@Test
	@ApproveAll
	void approvedPayoutIsPaidByWorker() {
		DurableApproval recorded = this.approvals.recording(() -> this.service.pay("ann", new BigDecimal("2.50")))
			.orElseThrow();
		await().until(() -> this.approvals.find(recorded.id()).orElseThrow().state() == DurableState.DONE);
	}

	@Test
	void approvalCanBeStubbed() {
		DurableApproval approval = mock();
		given(approval.state()).willReturn(DurableState.DENIED);
		assertThat(approval.state()).isEqualTo(DurableState.DENIED);
	}

}
