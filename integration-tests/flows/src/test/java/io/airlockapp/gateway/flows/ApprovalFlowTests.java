/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.RequestedAction;
import io.airlockapp.gateway.RequestedAction.Style;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Whole flows: a guarded bean, the wire, and an approver with real keys.
 */
class ApprovalFlowTests extends SimulatorTests {

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void prepare() {
		this.contextRunner = runner(RefundService.class).withPropertyValues("spring.application.name=shop",
				"airlock.gateway.workspace.name=payments", "airlock.gateway.workspace.repo-name=shop-backend");
	}

	@Test
	void refusesARequestThatCanNeverBeSent() {
		run(this.contextRunner, AirlockGatewayOperations.class, (gateway) -> {
			ApprovalRequest request = ApprovalRequest.builder("Pay", "half of a pair: \ud800").build();
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> gateway.requestApproval(request))
				.withMessageContaining("cannot be sent")
				.satisfies((ex) -> assertThat(ex.isTransient()).isFalse());
			assertThat(gateway.requestApprovalAsync(request)).completesExceptionallyWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(InvalidApprovalUsageException.class);
		});
	}

	@Test
	void offersTheActionsOfARequest() {
		RequestedAction keep = new RequestedAction("keep", "Keep the tenant", Style.SECONDARY, Verdict.REJECT);
		RequestedAction delete = new RequestedAction("delete", "Delete the tenant", Style.DANGER, Verdict.APPROVE);
		this.simulator.approveAll();
		run(this.contextRunner, AirlockGatewayOperations.class, (gateway) -> {
			gateway.requestApproval(
					ApprovalRequest.builder("Delete", "delete tenant 7").actions(List.of(keep, delete)).build());
			assertThat(this.simulator.asked().get(0).plaintext().at("/extensions/org.harp.requestedActions/actions"))
				.extracting((action) -> String.join(" ", action.at("/id").asString(), action.at("/caption").asString(),
						action.at("/style").asString(), action.at("/decision").asString()))
				.containsExactly("keep Keep the tenant secondary reject", "delete Delete the tenant danger approve");
		});
		ApprovalRequest.Builder builder = ApprovalRequest.builder("Delete", "delete tenant 7");
		RequestedAction same = new RequestedAction("KEEP", "Delete the tenant", Style.DANGER, Verdict.APPROVE);
		for (List<RequestedAction> refused : List.of(List.<RequestedAction>of(), List.of(keep, same),
				Collections.nCopies(6, keep))) {
			assertThatIllegalArgumentException().isThrownBy(() -> builder.actions(refused))
				.withMessage("'actions' must be one to five actions with different ids");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RequestedAction("keep", " ", Style.SECONDARY, Verdict.REJECT))
			.withMessageContaining("'caption'");
	}

	@Test
	void runsOnceApproved() {
		run((service) -> {
			CompletableFuture<String> result = CompletableFuture
				.supplyAsync(() -> service.refund(42, new BigDecimal("2.50")));
			PendingRequest pending = this.simulator.awaitPending();
			assertThat(service.refunds()).isEmpty();
			this.simulator.approve(pending.requestId());
			assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("refunded 2.50");
			assertThat(service.refunds()).containsExactly("42:2.50");
		});
	}

	@Test
	void showsThePersonExactlyTheCall() {
		run((service) -> {
			approveAll();
			service.refund(42, new BigDecimal("2.50"));
			PendingRequest shown = this.simulator.history().get(0).request();
			assertThat(shown.label()).isEqualTo("Refund");
			assertThat(shown.commandText()).isEqualTo("RefundService.refund(order=42, amount=2.50)");
			assertThat(shown.description()).isEqualTo("Refund 2.50 for order 42");
			assertThat(shown.plaintext().path("actionType").stringValue()).isEqualTo("method_invocation");
			assertThat(shown.plaintext().path("source").stringValue()).isEqualTo("shop");
			assertThat(shown.plaintext().path("workspace").stringValue()).isEqualTo("payments");
			assertThat(shown.plaintext().path("repoName").stringValue()).isEqualTo("shop-backend");
			assertThat(shown.plaintext().path("arguments").toString()).isEqualTo("{\"amount\":\"2.50\",\"order\":42}");
			assertThat(shown.artifactType()).isEqualTo("command.review");
		});
	}

	@Test
	void bringsTheReasonOfADenialToTheCaller() {
		run((service) -> {
			this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Wrong customer"));
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> service.refund(42, BigDecimal.ONE))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("Wrong customer"))
				.satisfies((ex) -> assertThat(ex.getRequestId())
					.isEqualTo(this.simulator.history().get(0).request().requestId()));
			assertThat(service.refunds()).isEmpty();
		});
	}

	@Test
	void interruptAtAnyPointLeavesNoPendingRequest() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.rate-limit.requests=1000"), RefundService.class,
				(service) -> {
					for (int order = 1; order <= 20; order++) {
						int number = order;
						InterruptibleCall call = InterruptibleCall.start(() -> service.refund(number, BigDecimal.ONE));
						await().pollInterval(Duration.ofMillis(1)).until(() -> calls("/v1/artifacts").size() == number);
						call.interrupt();
						assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
						assertThat(this.simulator.pending()).isEmpty();
					}
				});
	}

	@Test
	void callerIsNotInterruptedWhenTheApplicationStops() {
		List<InterruptibleCall> calls = new ArrayList<>();
		run((service) -> {
			calls.add(InterruptibleCall.start(() -> service.refund(42, BigDecimal.ONE)));
			this.simulator.awaitPending();
		});
		assertThat(calls.get(0).failure()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("shutting down");
		assertThat(calls.get(0).isInterrupted()).isFalse();
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void masksSensitiveValuesAndStillBindsThem() {
		run((service) -> {
			CompletableFuture<Void> result = CompletableFuture
				.runAsync(() -> service.transfer(new Account("DE02120300000000202051", "Savings"), "1234"));
			PendingRequest pending = this.simulator.awaitPending();
			assertThat(pending.plaintext().toString()).doesNotContain("DE0212", "1234\"");
			assertThat(pending.commandText())
				.isEqualTo("RefundService.transfer(account={iban=•••, name=Savings}, pin=•••)");
			assertThat(pending.description()).isEqualTo("Transfer with •••");
			assertThat(pending.plaintext().at("/arguments/pin/@masked").stringValue()).startsWith("hmac-sha256:");
			assertThat(pending.plaintext().at("/arguments/account/iban/@masked").stringValue())
				.startsWith("hmac-sha256:");
			this.simulator.approve(pending.requestId());
			result.get(10, TimeUnit.SECONDS);
			assertThat(service.refunds()).containsExactly("DE02120300000000202051:1234");
		});
	}

	@Test
	void approvalIsRequestedOnlyWhenConditionHolds() {
		run((service) -> {
			service.refundLarge(BigDecimal.TEN);
			assertThat(this.simulator.requests()).isEmpty();
			this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Too much"));
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> service.refundLarge(new BigDecimal(1000)));
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> service.refundLarge(null));
		});
	}

	private List<RecordedCall> calls(String pathEnding) {
		return this.simulator.requests().stream().filter((call) -> call.path().endsWith(pathEnding)).toList();
	}

	private void run(BeanTest<RefundService> test) {
		run(this.contextRunner, RefundService.class, test);
	}

	static class RefundService {

		private final List<String> refunds = new CopyOnWriteArrayList<>();

		List<String> refunds() {
			return this.refunds;
		}

		@RequiresAirlockApproval(value = "Refund", description = "Refund #{#amount} for order #{#order}")
		public String refund(long order, BigDecimal amount) {
			this.refunds.add(order + ":" + amount);
			return "refunded " + amount;
		}

		@RequiresAirlockApproval(value = "Transfer", description = "Transfer with #{#pin}",
				timeout = "${transfer.timeout:20s}")
		public void transfer(Account account, @AirlockSensitive String pin) {
			this.refunds.add(account.iban() + ":" + pin);
		}

		@RequiresAirlockApproval(value = "Large refund", condition = "#amount > 100")
		public void refundLarge(BigDecimal amount) {
			this.refunds.add("large");
		}

	}

	record Account(@AirlockSensitive String iban, String name) {
	}

}
