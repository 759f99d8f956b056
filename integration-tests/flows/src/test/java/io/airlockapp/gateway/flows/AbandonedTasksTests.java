/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for approvals whose background threads fail before they begin, such as when the
 * context of the caller cannot be set: each ends at once, and takes no place from the
 * next.
 */
class AbandonedTasksTests extends SimulatorTests {

	private static final int ROUNDS = 5;

	private final AtomicBoolean down = new AtomicBoolean();

	private final ApplicationContextRunner contextRunner = runner(Payouts.class, Threads.class)
		.withBean(AtomicBoolean.class, () -> this.down)
		.withPropertyValues("airlock.gateway.approval.max-pending=4",
				"airlock.gateway.approvers.refunds.pairings=ann,ben", "airlock.gateway.approvers.refunds.quorum=2");

	@Override
	AirlockSimulator startSimulator() {
		AirlockSimulator started = AirlockSimulator.start();
		started.addApprover("ann");
		started.addApprover("ben");
		return started;
	}

	@Test
	void futureOfAMethodFails() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			this.down.set(true);
			for (int i = 0; i < ROUNDS; i++) {
				assertFails(payouts.payOut("order-1"), ApprovalUnavailableException.class);
			}
			assertThat(context.getBean(PendingApprovals.class).list()).isEmpty();
			this.down.set(false);
			assertThat(payouts.payOut("order-2")).succeedsWithin(MAX_WAIT).isEqualTo("paid order-2");
			assertAsked(1);
		});
	}

	@Test
	void futureOfARequestFails() {
		approveAll();
		run(this.contextRunner, AirlockGatewayOperations.class, (gateway) -> {
			ApprovalRequest request = ApprovalRequest.builder("Payout", "pay").build();
			this.down.set(true);
			for (int i = 0; i < ROUNDS; i++) {
				assertFails(gateway.requestApprovalAsync(request), ApprovalUnavailableException.class);
			}
			this.down.set(false);
			assertThat(gateway.requestApprovalAsync(request)).succeedsWithin(MAX_WAIT);
		});
	}

	@Test
	void requestToAGroupFails() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			this.down.set(true);
			for (int i = 0; i < ROUNDS; i++) {
				// The other request of the call before may not have released its place
				// yet
				await().untilAsserted(() -> assertThatExceptionOfType(ApprovalUnavailableException.class)
					.isThrownBy(() -> payouts.refund("order-1"))
					.withMessageContaining("No thread waits"));
			}
			assertThat(context.getBean(PendingApprovals.class).list()).isEmpty();
			this.down.set(false);
			await().ignoreExceptions()
				.untilAsserted(() -> assertThat(payouts.refund("order-2")).isEqualTo("refunded order-2"));
			await().untilAsserted(() -> assertAsked(2));
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Threads {

		@Bean
		ApprovalTaskExecutor approvalThreads(AtomicBoolean down) {
			return new ApprovalTaskExecutor(false, (task) -> () -> {
				if (down.get()) {
					throw new IllegalStateException("The context cannot be set");
				}
				task.run();
			});
		}

	}

	static class Payouts {

		@RequiresAirlockApproval("Payout")
		CompletableFuture<String> payOut(String order) {
			return CompletableFuture.completedFuture("paid " + order);
		}

		@RequiresAirlockApproval(value = "Refund", approvers = "refunds")
		String refund(String order) {
			return "refunded " + order;
		}

	}

}
