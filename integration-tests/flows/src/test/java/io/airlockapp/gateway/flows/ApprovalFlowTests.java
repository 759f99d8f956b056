/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whole flows: a guarded bean, the wire, and an approver with real keys.
 */
class ApprovalFlowTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void prepare() {
		this.contextRunner = SimulatedApplications.runner(this.simulator, Application.class)
			.withPropertyValues("spring.application.name=shop", "airlock.gateway.workspace.name=payments",
					"airlock.gateway.workspace.repo-name=shop-backend");
	}

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	@Test
	void refusesARequestThatCanNeverBeSent() {
		run((context) -> {
			AirlockGatewayOperations gateway = context.getBean(AirlockGatewayOperations.class);
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
	void runsOnceApproved() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
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
		run((context) -> {
			this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			context.getBean(RefundService.class).refund(42, new BigDecimal("2.50"));
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
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
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
	void timesOutAndWithdrawsWhenNobodyDecides() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(service::quick);
			assertThat(service.refunds()).isEmpty();
			assertThat(calls("/withdraw")).hasSize(1);
			assertThat(this.simulator.pending()).isEmpty();
		});
	}

	@Test
	void withdrawsWhenTheCallerIsInterrupted() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
			List<Throwable> failures = new CopyOnWriteArrayList<>();
			Thread caller = new Thread(() -> {
				try {
					service.refund(42, BigDecimal.ONE);
				}
				catch (RuntimeException ex) {
					failures.add(ex);
				}
				interrupted.complete(Thread.currentThread().isInterrupted());
			});
			caller.start();
			this.simulator.awaitPending();
			caller.interrupt();
			assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(failures).singleElement().isInstanceOf(ApprovalUnavailableException.class);
			assertThat(service.refunds()).isEmpty();
			assertThat(this.simulator.pending()).isEmpty();
		});
	}

	@RepeatedTest(20)
	void leavesNothingPendingWhereverTheInterruptHits() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			CompletableFuture<Throwable> failure = new CompletableFuture<>();
			Thread caller = new Thread(() -> {
				try {
					service.refund(42, BigDecimal.ONE);
				}
				catch (Throwable ex) {
					failure.complete(ex);
				}
			});
			caller.start();
			await().pollInterval(Duration.ofMillis(1)).until(() -> !calls("/v1/artifacts").isEmpty());
			caller.interrupt();
			assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(ApprovalUnavailableException.class);
			assertThat(this.simulator.pending()).isEmpty();
		});
	}

	@Test
	void withdrawsWhenTheApplicationStops() throws Exception {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			Thread caller = new Thread(() -> {
				try {
					service.refund(42, BigDecimal.ONE);
				}
				catch (RuntimeException ex) {
					failure.complete(Thread.currentThread().isInterrupted() ? new IllegalStateException(ex) : ex);
				}
			});
			caller.start();
			this.simulator.awaitPending();
		});
		assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("shutting down");
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void refusesAnArgumentThatIsChangedWhileThePersonDecides() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			Payout payout = new Payout();
			payout.amount = new BigDecimal("10.00");
			CompletableFuture<Void> result = CompletableFuture.runAsync(() -> service.payOut(payout));
			PendingRequest pending = this.simulator.awaitPending();
			payout.amount = new BigDecimal("10000.00");
			this.simulator.approve(pending.requestId());
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(ApprovalVerificationException.class);
			assertThat(service.refunds()).isEmpty();
		});
	}

	@Test
	void masksSensitiveValuesAndStillBindsThem() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			CompletableFuture<Void> result = CompletableFuture
				.runAsync(() -> service.transfer(new Account("DE02120300000000202051", "Savings"), "1234"));
			PendingRequest pending = this.simulator.awaitPending();
			assertThat(pending.plaintext().toString()).doesNotContain("DE0212").doesNotContain("1234\"");
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
	void asksOnlyIfTheConditionHolds() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			service.refundLarge(BigDecimal.TEN);
			assertThat(this.simulator.requests()).isEmpty();
			this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Too much"));
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> service.refundLarge(new BigDecimal(1000)));
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> service.refundLarge(null));
		});
	}

	@Test
	void honoursADecisionThatWinsTheRaceAgainstTheTimeout() {
		run((context) -> {
			RefundService service = context.getBean(RefundService.class);
			this.simulator.tamperDecisions((envelope) -> envelope);
			CompletableFuture<Void> result = CompletableFuture.runAsync(() -> service.slow());
			PendingRequest pending = this.simulator.awaitPending();
			this.simulator.approve(pending.requestId());
			result.get(10, TimeUnit.SECONDS);
			assertThat(service.refunds()).containsExactly("slow");
			await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(calls("/v1/acks")).hasSize(1));
		});
	}

	private List<RecordedCall> calls(String pathEnding) {
		return this.simulator.requests().stream().filter((call) -> call.path().endsWith(pathEnding)).toList();
	}

	private void run(ThrowingConsumer test) {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	interface ThrowingConsumer {

		void accept(ApplicationContext context) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		RefundService refundService() {
			return new RefundService();
		}

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

		@RequiresAirlockApproval(value = "Quick", timeout = "1s")
		public void quick() {
			this.refunds.add("quick");
		}

		@RequiresAirlockApproval(value = "Slow", timeout = "${slow.timeout:20s}")
		public void slow() {
			this.refunds.add("slow");
		}

		@RequiresAirlockApproval("Pay out")
		public void payOut(Payout payout) {
			this.refunds.add(payout.amount.toString());
		}

		@RequiresAirlockApproval(value = "Transfer", description = "Transfer with #{#pin}")
		public void transfer(Account account, @AirlockSensitive String pin) {
			this.refunds.add(account.iban() + ":" + pin);
		}

		@RequiresAirlockApproval(value = "Large refund", condition = "#amount > 100")
		public void refundLarge(BigDecimal amount) {
			this.refunds.add("large");
		}

	}

	static class Payout {

		public BigDecimal amount;

	}

	record Account(@AirlockSensitive String iban, String name) {
	}

}
