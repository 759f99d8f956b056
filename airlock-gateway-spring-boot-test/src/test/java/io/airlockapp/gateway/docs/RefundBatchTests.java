/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Example of one approval for a batch.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
@Import(RefundBatchTests.RefundBatch.class)
@ApproveAll
class RefundBatchTests {

	private static final List<Receipt> RECEIPTS = List.of(new Receipt("A-17", new BigDecimal("2.50")),
			new Receipt("A-18", new BigDecimal("3.50")));

	@Autowired
	private RefundBatch batch;

	@Autowired
	private SimulatedApprover approver;

	@Test
	void batchIsOneRequest() {
		this.batch.refundAll(new BigDecimal("6.00"), RECEIPTS);
		assertThat(this.approver).wasAskedTo("Refund batch")
			.hasDescription("Refund 6.00 in total")
			.hasArgument("receipts.1.order", "A-18");
		assertThat(this.batch.refunded()).isEqualTo(RECEIPTS);
	}

	@Test
	void batchWithWrongTotalIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.batch.refundAll(new BigDecimal("0.06"), RECEIPTS));
	}

	static class RefundBatch {

		private final List<Receipt> refunded = new ArrayList<>();

		// tag::batch[]
		@RequiresAirlockApproval(value = "Refund batch", description = "Refund #{#total} in total")
		public void refundAll(BigDecimal total, List<Receipt> receipts) {
			BigDecimal sum = receipts.stream().map(Receipt::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
			if (sum.compareTo(total) != 0) {
				throw new IllegalArgumentException("The total is not that of the receipts");
			}
			receipts.forEach(this::refund);
		}
		// end::batch[]

		private void refund(Receipt receipt) {
			this.refunded.add(receipt);
		}

		List<Receipt> refunded() {
			return this.refunded;
		}

	}

}
