/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for decisions that arrive while a request is withdrawn.
 */
class WithdrawalDecisionTests extends FaultTests {

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void honoursAnApprovalThatArrivesWhileWithdrawing(boolean interruptedAgain) {
		start();
		InterruptibleCall call = interruptAndDecideWhileWithdrawing(true);
		if (interruptedAgain) {
			call.interrupt();
		}
		assertHonoured(call);
	}

	@Test
	void denialThatArrivesDuringWithdrawalIsReported() {
		start();
		InterruptibleCall call = interruptAndDecideWhileWithdrawing(false);
		assertThat(call.failure()).isInstanceOf(ApprovalDeniedException.class);
		assertThat(this.application.payouts().orders()).isEmpty();
	}

	@Test
	void verifiesADecisionThatArrivesWhileWithdrawing() {
		start();
		this.simulator.tamperDecisions((envelope) -> {
			((ObjectNode) envelope.get("body")).put("decision", "approve");
			return envelope;
		});
		InterruptibleCall call = interruptAndDecideWhileWithdrawing(false);
		assertThat(call.failure()).isInstanceOf(ApprovalVerificationException.class);
		assertThat(this.application.payouts().orders()).isEmpty();
	}

	@Test
	void fetchesADecisionAgainIfThatFails() {
		start();
		this.simulator.failNext(SimulatorCall.EXCHANGE_STATUS, 2, SimulatedFault.status(503));
		InterruptibleCall call = startCall();
		String requestId = this.simulator.awaitPending().requestId();
		await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 2, SimulatedFault.status(503));
		decideWhileWithdrawing(call, requestId, true);
		assertHonoured(call);
	}

	@Test
	void verifiesADecisionAgainAfterAnInterrupt() {
		this.application.startWith(UnavailableJournal.class, this.network.baseUrl(), this.simulator);
		UnavailableJournal journal = this.application.bean(UnavailableJournal.class);
		approveAll();
		InterruptibleCall call = startCall();
		await().until(() -> journal.tries.get() > 0);
		call.interrupt();
		int tries = journal.tries.get();
		await().until(() -> journal.tries.get() > tries + 1);
		journal.down = false;
		assertHonoured(call);
	}

	@Test
	void verifiesADecisionAgainWhileTheContextCloses() {
		this.application.startWith(UnavailableJournal.class, this.network.baseUrl(), this.simulator);
		UnavailableJournal journal = this.application.bean(UnavailableJournal.class);
		approveAll();
		PayoutApplication.Payouts payouts = this.application.payouts();
		CompletableFuture<Void> call = this.application.call();
		await().until(() -> journal.tries.get() > 0);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.application::close);
		int tries = journal.tries.get();
		await().until(() -> journal.tries.get() > tries + 1);
		journal.down = false;
		closed.join();
		call.join();
		assertThat(payouts.orders()).containsExactly("order-1");
	}

	@Test
	void fetchesADecisionIfItsStatusIsRefused() {
		start();
		this.simulator.failNext(SimulatorCall.EXCHANGE_STATUS, 100, SimulatedFault.status(403));
		InterruptibleCall call = interruptAndDecideWhileWithdrawing(true);
		assertHonoured(call);
	}

	@Test
	void withdrawsAgainIfThatFails() {
		start();
		this.simulator.failNext(SimulatorCall.WITHDRAW, 2, SimulatedFault.status(503));
		InterruptibleCall call = startCall();
		this.simulator.awaitPending();
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
		assertWithdrawn(1);
	}

	InterruptibleCall interruptAndDecideWhileWithdrawing(boolean approve) {
		InterruptibleCall call = startCall();
		decideWhileWithdrawing(call, this.simulator.awaitPending().requestId(), approve);
		return call;
	}

	private void decideWhileWithdrawing(InterruptibleCall call, String requestId, boolean approve) {
		this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
		call.interrupt();
		await().until(() -> !this.simulator.requests(SimulatorCall.WITHDRAW).isEmpty());
		if (approve) {
			this.simulator.approve(requestId);
		}
		else {
			this.simulator.reject(requestId);
		}
	}

	/**
	 * Assert that the call ran, although its thread was interrupted.
	 */
	private void assertHonoured(InterruptibleCall call) {
		assertThat(call.failure()).isNull();
		assertThat(call.isInterrupted()).isTrue();
		assertThat(this.application.payouts().orders()).containsExactly("order-1");
	}

	/**
	 * A journal of nonces that cannot be written for a while.
	 */
	@Configuration(proxyBeanMethods = false)
	static class UnavailableJournal {

		private final AtomicInteger tries = new AtomicInteger();

		private volatile boolean down = true;

		@Bean
		ReplayJournal replayJournal() {
			ReplayJournal journal = new InMemoryReplayJournal();
			return (key, nonce, requestId) -> {
				this.tries.incrementAndGet();
				if (this.down) {
					throw new IllegalStateException("The database is down");
				}
				return journal.use(key, nonce, requestId);
			};
		}

	}

}
