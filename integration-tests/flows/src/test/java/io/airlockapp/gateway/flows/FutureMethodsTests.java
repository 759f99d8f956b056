/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Methods that return a future are asked about without keeping the caller.
 */
class FutureMethodsTests extends SimulatorTests {

	private final LiveThreads threads = new LiveThreads();

	private final ApplicationContextRunner contextRunner = runner(Payouts.class);

	@AfterEach
	void stop() {
		TransactionSynchronizationManager.setActualTransactionActive(false);
	}

	@Test
	void futureIsReturnedBeforeDecision() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			CompletableFuture<String> result = payouts.payOut("order-1");
			String requestId = this.simulator.awaitPending().requestId();
			assertThat(result).isNotDone();
			assertThat(payouts.orders()).isEmpty();
			this.simulator.approve(requestId);
			assertThat(result).succeedsWithin(MAX_WAIT).isEqualTo("paid order-1");
			assertThat(payouts.orders()).containsExactly("order-1");
		});
	}

	@Test
	void futureIsDoneWhenTheMethodsFutureIs() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			CompletableFuture<String> result = payouts.later("order-1");
			await().untilAsserted(() -> assertThat(payouts.orders()).hasSize(1));
			assertThat(result).isNotDone();
			payouts.laterResult().complete("later");
			assertThat(result).succeedsWithin(MAX_WAIT).isEqualTo("later");
		});
	}

	@Test
	void completionStageCompletesAfterApproval() {
		approveAll();
		this.contextRunner.run((context) -> {
			CompletionStage<String> result = context.getBean(Payouts.class).stage("order-1");
			assertThat(result.toCompletableFuture()).succeedsWithin(MAX_WAIT).isEqualTo("paid order-1");
		});
	}

	@Test
	void methodThatReturnsNullCompletesWithNull() {
		approveAll();
		this.contextRunner
			.run((context) -> assertThat(context.getBean(Payouts.class).none()).succeedsWithin(MAX_WAIT).isNull());
	}

	@Test
	void failureOfReturnedFutureFailsFuture() {
		approveAll();
		this.contextRunner
			.run((context) -> assertFailure(context.getBean(Payouts.class).failing(true), IllegalStateException.class)
				.hasMessage("later"));
	}

	@Test
	void exceptionOfMethodFailsFuture() {
		approveAll();
		this.contextRunner
			.run((context) -> assertFailure(context.getBean(Payouts.class).failing(false), IllegalStateException.class)
				.hasMessage("at once"));
	}

	@Test
	void denialFailsTheFuture() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("too much"));
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertFailure(payouts.payOut("order-1"), ApprovalDeniedException.class).hasMessageContaining("too much");
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void argumentThatCannotBeShownFailsTheFuture() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertFailure(payouts.anything(List.of().stream()), ApprovalUnavailableException.class)
				.hasMessageContaining("Argument 'value'");
			assertFailure(payouts.anything(CompletableFuture.completedFuture(1)), ApprovalUnavailableException.class)
				.hasMessageContaining("is not available yet");
			assertThat(payouts.orders()).isEmpty();
			assertThat(this.simulator.requests()).isEmpty();
		});
	}

	@Test
	void argumentThatIsChangedMeanwhileKeepsTheMethodFromRunning() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			List<String> orders = new CopyOnWriteArrayList<>(List.of("order-1"));
			CompletableFuture<String> result = payouts.anything(orders);
			String requestId = this.simulator.awaitPending().requestId();
			orders.add("order-2");
			this.simulator.approve(requestId);
			assertFailure(result, ApprovalVerificationException.class).hasMessageContaining("were changed");
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void cancellingWithdrawsTheRequest() {
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			CompletableFuture<String> result = payouts.payOut("order-1");
			this.simulator.awaitPending();
			assertThat(result.cancel(true)).isTrue();
			assertWithdrawn();
			await().until(() -> context.getBean(PendingApprovals.class).list().isEmpty());
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void completingTheFutureFromOutsideWithdrawsTheRequest() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			CompletableFuture<String> result = payouts.payOut("order-1");
			this.simulator.awaitPending();
			result.complete("given up");
			assertWithdrawn();
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void cancellingAtOnceLeavesNoPendingRequest() {
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			for (int i = 0; i < 20; i++) {
				payouts.payOut("order-" + i).cancel(true);
			}
			await().until(() -> this.threads.named("airlock-approval-").isEmpty());
			assertThat(context.getBean(PendingApprovals.class).list()).isEmpty();
			assertThat(this.simulator.pending()).isEmpty();
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void methodThatRunsIsNotInterrupted() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			CompletableFuture<String> result = payouts.slow();
			payouts.running().await(20, TimeUnit.SECONDS);
			result.cancel(true);
			payouts.goOn().countDown();
			assertThat(payouts.uninterrupted()).succeedsWithin(MAX_WAIT).isEqualTo(true);
			assertThatExceptionOfType(CancellationException.class).isThrownBy(result::join);
		});
	}

	@Test
	void refusesInsideTheCallersTransaction() {
		TransactionSynchronizationManager.setActualTransactionActive(true);
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertFailure(payouts.payOut("order-1"), ApprovalUnavailableException.class)
				.hasMessageContaining("open transaction");
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void methodRunsInTheNameOfTheCaller() {
		approveAll();
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("teller", ""));
		this.contextRunner.run((context) -> assertThat(context.getBean(Payouts.class).user()).succeedsWithin(MAX_WAIT)
			.isEqualTo("teller"));
	}

	@Test
	void denialHandlerReturnsValue() {
		assertHandlerAnswers((invocation, denial) -> "denied");
	}

	@Test
	void denialHandlerReturnsFuture() {
		assertHandlerAnswers((invocation, denial) -> CompletableFuture.completedFuture("denied"));
	}

	@Test
	void denialHandlerCannotRunTheMethod() {
		rejectAll();
		run(this.contextRunner.withBean(ApprovalDenialHandler.class, () -> (invocation, denial) -> proceed(invocation)),
				Payouts.class, (payouts) -> {
					assertFailure(payouts.payOut("order-1"), IllegalStateException.class)
						.hasMessageContaining("not approved");
					assertThat(payouts.orders()).isEmpty();
				});
	}

	@Test
	void closedApplicationRequestsNoApproval() {
		approveAll();
		Payouts[] payouts = new Payouts[1];
		this.contextRunner.run((context) -> {
			payouts[0] = context.getBean(Payouts.class);
			assertThat(payouts[0].payOut("order-1")).succeedsWithin(MAX_WAIT);
		});
		assertFailure(payouts[0].payOut("order-2"), ApprovalUnavailableException.class)
			.hasMessageContainingAll("No thread is free", "payOut");
	}

	private void assertHandlerAnswers(ApprovalDenialHandler handler) {
		rejectAll();
		run(this.contextRunner.withBean(ApprovalDenialHandler.class, () -> handler), Payouts.class, (payouts) -> {
			assertThat(payouts.payOut("order-1")).succeedsWithin(MAX_WAIT).isEqualTo("denied");
			assertThat(payouts.orders()).isEmpty();
		});
	}

	private static Object proceed(MethodInvocation invocation) {
		try {
			return invocation.proceed();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
	}

	private void assertWithdrawn() {
		await().untilAsserted(() -> assertThat(this.simulator.history()).singleElement()
			.extracting(HandledRequest::outcome)
			.isEqualTo(HandledRequest.Outcome.WITHDRAWN));
	}

	private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(CompletableFuture<?> future,
			Class<? extends Throwable> type) {
		assertThat(future).failsWithin(MAX_WAIT).withThrowableOfType(ExecutionException.class);
		// What a callback sees, which is not wrapped
		return assertThat(future.handle((value, ex) -> ex).join()).isInstanceOf(type);
	}

	static class Payouts {

		private final List<String> orders = new CopyOnWriteArrayList<>();

		private final CompletableFuture<String> later = new CompletableFuture<>();

		private final CountDownLatch running = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		private final CompletableFuture<Boolean> uninterrupted = new CompletableFuture<>();

		List<String> orders() {
			return this.orders;
		}

		CompletableFuture<String> laterResult() {
			return this.later;
		}

		CountDownLatch running() {
			return this.running;
		}

		CountDownLatch goOn() {
			return this.goOn;
		}

		CompletableFuture<Boolean> uninterrupted() {
			return this.uninterrupted;
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> payOut(String order) {
			this.orders.add(order);
			return CompletableFuture.completedFuture("paid " + order);
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> later(String order) {
			this.orders.add(order);
			return this.later;
		}

		@RequiresAirlockApproval("Pay out")
		public CompletionStage<String> stage(String order) {
			return CompletableFuture.completedStage("paid " + order);
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> none() {
			return null;
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> failing(boolean later) {
			if (!later) {
				throw new IllegalStateException("at once");
			}
			return CompletableFuture.failedFuture(new IllegalStateException("later"));
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> anything(Object value) {
			this.orders.add(String.valueOf(value));
			return CompletableFuture.completedFuture("done");
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> slow() {
			this.running.countDown();
			try {
				this.uninterrupted.complete(this.goOn.await(20, TimeUnit.SECONDS));
			}
			catch (InterruptedException ex) {
				this.uninterrupted.complete(false);
			}
			return CompletableFuture.completedFuture("slow");
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> user() {
			return CompletableFuture.completedFuture(SecurityContextHolder.getContext().getAuthentication().getName());
		}

	}

}
