/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Guarded methods that a scheduler with one thread calls.
 */
class ScheduledCallerTests extends SimulatorTests {

	private final ApplicationContextRunner contextRunner = runner(Application.class);

	@Test
	void schedulerWaitsWithACallerThatWaits() {
		run(this.contextRunner.withUserConfiguration(WaitingCaller.class), WaitingCaller.class, (caller, context) -> {
			String requestId = this.simulator.awaitPending().requestId();
			assertThat(caller.rounds).hasValue(1);
			this.simulator.approve(requestId);
			await().untilAsserted(() -> assertThat(caller.rounds).hasValueGreaterThan(5));
			assertThat(context.getBean(Payouts.class).calls()).isOne();
		});
	}

	@Test
	void schedulerGoesOnWithACallerOfAFuture() {
		run(this.contextRunner.withUserConfiguration(FutureCaller.class), FutureCaller.class, (caller, context) -> {
			String requestId = this.simulator.awaitPending().requestId();
			int before = caller.rounds.get();
			await().untilAsserted(() -> assertThat(caller.rounds).hasValueGreaterThan(before + 5));
			assertThat(context.getBean(Payouts.class).calls()).isZero();
			this.simulator.approve(requestId);
			await().untilAsserted(() -> assertThat(context.getBean(Payouts.class).calls()).isOne());
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { NightlyMethod.class, NightlyPublisher.class })
	void eachRunOfScheduledMethodRequestsApproval(Class<? extends Nightly> type) {
		run(this.contextRunner.withBean(type), type, (nightly) -> {
			rejectNext();
			approveNext();
			this.simulator.awaitPending();
			assertThat(nightly.runs()).isOne();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(Payouts.class)
	static class Application {

	}

	static class Payouts {

		private final AtomicInteger calls = new AtomicInteger();

		int calls() {
			return this.calls.get();
		}

		@RequiresAirlockApproval("Pay out")
		public int payOut() {
			return this.calls.incrementAndGet();
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<Integer> payOutLater() {
			return CompletableFuture.completedFuture(payOut());
		}

	}

	abstract static class Caller {

		final AtomicInteger rounds = new AtomicInteger();

		abstract void call();

		@Scheduled(fixedDelay = 1)
		void run() {
			if (this.rounds.incrementAndGet() == 1) {
				call();
			}
		}

	}

	static class WaitingCaller extends Caller {

		private final Payouts payouts;

		WaitingCaller(Payouts payouts) {
			this.payouts = payouts;
		}

		@Override
		void call() {
			this.payouts.payOut();
		}

	}

	static class FutureCaller extends Caller {

		private final Payouts payouts;

		FutureCaller(Payouts payouts) {
			this.payouts = payouts;
		}

		@Override
		void call() {
			this.payouts.payOutLater();
		}

	}

	abstract static class Nightly {

		final AtomicInteger runs = new AtomicInteger();

		int runs() {
			return this.runs.get();
		}

	}

	static class NightlyMethod extends Nightly {

		@Scheduled(fixedDelay = 1)
		@RequiresAirlockApproval("Nightly")
		public void run() {
			this.runs.incrementAndGet();
		}

	}

	static class NightlyPublisher extends Nightly {

		@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MILLISECONDS)
		@RequiresAirlockApproval("Nightly")
		public Mono<Integer> run() {
			return Mono.fromSupplier(this.runs::incrementAndGet);
		}

	}

}
