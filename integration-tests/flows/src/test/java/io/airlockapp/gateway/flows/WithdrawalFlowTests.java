/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the withdrawal of requests: whoever stops waiting, for whatever reason,
 * leaves nobody asked in vain and nothing behind.
 */
class WithdrawalFlowTests extends FaultTests {

	@Test
	void withdrawsAtTheTimeout() {
		this.application.startWith(OutcomeFaultTests.ManualTime.class, this.network.baseUrl(), this.simulator);
		CompletableFuture<Void> call = this.application.call();
		this.simulator.awaitPending();
		// A wait that begins while the time advances would have no time for its response
		await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
		// Of the 20 seconds, two are for withdrawing
		this.application.bean(OutcomeFaultTests.Time.class).advance(Duration.ofSeconds(18));
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalTimeoutException.class)
			.hasMessageContainingAll("it was withdrawn", "The time to decide on 'Pay out' was 20 s",
					"'airlock.gateway.approval.timeout'");
		assertWithdrawn(1);
	}

	@Test
	void withdrawsWhenTheCallerIsInterrupted() {
		start();
		InterruptibleCall call = startCall();
		this.simulator.awaitPending();
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(call.isInterrupted()).isTrue();
		assertWithdrawn(1);
		assertThat(this.application.payouts().orders()).isEmpty();
	}

	@Test
	void withdrawsARequestWhoseSubmissionWasInProgress() {
		start();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, SimulatedFault.delay(Duration.ofSeconds(2)));
		InterruptibleCall call = startCall();
		await().until(() -> !this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).isEmpty());
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("was withdrawn");
		assertThat(call.isInterrupted()).isTrue();
		assertWithdrawn(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void withdrawsWhenTheFutureIsCancelledOrCompletedByAnother(boolean cancelled) {
		start();
		CompletableFuture<ApprovalDecision> future = requestApproval();
		this.simulator.awaitPending();
		if (cancelled) {
			future.cancel(true);
		}
		else {
			// As orTimeout does
			future.completeExceptionally(new TimeoutException());
		}
		await().untilAsserted(() -> assertWithdrawn(1));
		await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
		await().until(() -> this.threads.named("airlock-approval-").isEmpty());
	}

	@Test
	void cancellingFutureAtOnceLeavesNoPendingRequest() {
		start();
		for (int i = 0; i < 20; i++) {
			requestApproval().cancel(true);
		}
		await().until(() -> this.threads.named("airlock-approval-").isEmpty());
		assertThat(this.simulator.pending()).isEmpty();
	}

	@Test
	void withdrawsAllWhenTheContextCloses() {
		start();
		PayoutApplication.Payouts payouts = this.application.payouts();
		List<CompletableFuture<Void>> calls = this.application.calls(50);
		this.simulator.awaitPending(50, MAX_WAIT);
		this.application.close();
		assertWithdrawn(50);
		assertThat(calls).allSatisfy(
				(call) -> assertThat(PayoutApplication.outcome(call)).isInstanceOf(ApprovalUnavailableException.class));
		assertThat(payouts.orders()).isEmpty();
	}

	@Test
	void withdrawsAllWhoWaitInTheBackgroundWhenTheContextCloses() {
		start();
		List<CompletableFuture<ApprovalDecision>> futures = IntStream.range(0, 20)
			.mapToObj((i) -> requestApproval())
			.toList();
		this.simulator.awaitPending(20, MAX_WAIT);
		this.application.close();
		assertWithdrawn(20);
		assertThat(futures).allSatisfy((future) -> assertThat(future).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(ApprovalUnavailableException.class));
	}

	@Test
	void withdrawsBeforeAWebServerShutsDownGracefully() {
		this.application.startWith(GracefulShutdown.class, this.network.baseUrl(), this.simulator);
		GracefulShutdown shutdown = this.application.bean(GracefulShutdown.class);
		shutdown.pending = this.application.bean(PendingApprovals.class);
		CompletableFuture<Void> call = this.application.call();
		this.simulator.awaitPending();
		this.application.close();
		assertThat(shutdown.pendingWhenItBegan).containsExactly(0);
		assertThat(PayoutApplication.outcome(call)).isInstanceOf(ApprovalUnavailableException.class);
	}

	@Test
	void admitsNobodyWhenTheContextIsClosed() {
		startApproving();
		this.application.callAndAssertRun();
		PayoutApplication.Payouts payouts = this.application.payouts();
		this.application.close();
		assertThat(PayoutApplication.outcome(this.application.call(payouts, "order-2")))
			.isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("shutting down");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertThat(payouts.orders()).containsExactly("order-1");
	}

	@Test
	void callAbovePendingLimitIsDeniedWithReason() {
		start("airlock.gateway.approval.max-pending=2", "airlock.gateway.approval.limits.pending-per-gate=2");
		this.application.call("order-1");
		this.application.call("order-2");
		this.simulator.awaitPending(2, Duration.ofSeconds(10));
		assertThat(this.application.assertDenied(this.application.call("order-3")))
			.isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContainingAll("2 approvals are pending already", "airlock.gateway.approval.max-pending");
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(2);
		this.simulator.pending().forEach((request) -> this.simulator.reject(request.requestId()));
		await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
		approveAll();
		this.application.callAndAssertRun();
	}

	@Test
	void closeLeavesNoThreadsConnectionsOrTasks() {
		start("airlock.gateway.presence.enabled=true", "airlock.gateway.presence.interval=1s");
		PresenceHeartbeat heartbeat = this.application.bean(PresenceHeartbeat.class);
		await().until(() -> heartbeat.getLastSuccess() != null);
		assertThat(this.threads.named("airlock-presence-")).isNotEmpty();
		assertThat(this.threads.named("airlock-http-")).isNotEmpty();
		assertThat(this.threads.named("HttpClient-")).isNotEmpty();
		this.application.call();
		requestApproval();
		this.simulator.awaitPending(2, Duration.ofSeconds(10));
		approveAll();
		await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == 2);
		this.application.call("order-2");
		this.application.close();
		int requests = this.simulator.requests().size();
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			// On Java 17 the client's selector ends when the client is collected
			System.gc();
			assertThat(this.threads.named("airlock-", "HttpClient-")).isEmpty();
			assertThat(this.network.openConnections()).isZero();
		});
		await().during(Duration.ofMillis(1500)).until(() -> this.simulator.requests().size() == requests);
	}

	private CompletableFuture<ApprovalDecision> requestApproval() {
		return this.application.template().requestApprovalAsync(ApprovalRequest.builder("Pay out", "payOut").build());
	}

	/**
	 * Takes the place of a web server that shuts down gracefully.
	 */
	@Configuration(proxyBeanMethods = false)
	static class GracefulShutdown implements SmartLifecycle {

		private final List<Integer> pendingWhenItBegan = new CopyOnWriteArrayList<>();

		private volatile PendingApprovals pending;

		private volatile boolean running;

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.pendingWhenItBegan.add(this.pending.list().size());
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
		}

	}

}
