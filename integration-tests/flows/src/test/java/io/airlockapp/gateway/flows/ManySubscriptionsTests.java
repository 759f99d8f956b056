/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many subscriptions from one event loop at once: each gets its own decision, and the
 * event loop goes on meanwhile.
 */
@Tag("slow")
class ManySubscriptionsTests extends SimulatorTests {

	private static final int MANY = 300;

	private static final Duration MAX_WAIT = Duration.ofSeconds(120);

	private final ApplicationContextRunner contextRunner = runner(Service.class).withPropertyValues(
			"airlock.gateway.approval.max-pending=" + MANY, "airlock.gateway.approval.limits.pending-per-gate=" + MANY,
			"airlock.gateway.rate-limit.requests=1000000", "airlock.gateway.rate-limit.period=1s",
			"airlock.gateway.approval.poll-timeout=60s", "airlock.gateway.connect-timeout=30s",
			"airlock.gateway.read-timeout=30s");

	private final Scheduler eventLoop = Schedulers.newSingle("event-loop");

	@AfterEach
	void stop() {
		this.eventLoop.dispose();
	}

	@Test
	void eachSubscriberGetsItsOwnDecisionAndTheEventLoopGoesOn() {
		run(this.contextRunner, Service.class, (service) -> {
			List<CompletableFuture<String>> results = onEventLoop(() -> subscribe(service));
			List<PendingRequest> pending = new ArrayList<>(this.simulator.awaitPending(MANY, MAX_WAIT));
			assertThat(onEventLoop(() -> "goes on")).isEqualTo("goes on");
			assertThat(service.done()).isEmpty();
			Collections.shuffle(pending, new Random(42));
			for (PendingRequest request : pending) {
				int number = request.arguments().get("number").intValue();
				this.simulator.decide(request.requestId(),
						isDenied(number) ? SimulatedDecision.reject("no " + number) : SimulatedDecision.approve());
			}
			for (int i = 0; i < MANY; i++) {
				assertThat(results.get(i)).succeedsWithin(MAX_WAIT)
					.isEqualTo(isDenied(i) ? "denied: no " + i : "did " + i);
			}
			assertThat(service.done()).hasSize(MANY - (MANY - 1) / 7 - 1)
				.allSatisfy((number, times) -> assertThat(times).isOne());
		});
	}

	private <T> T onEventLoop(Callable<T> task) throws Exception {
		return Mono.fromCallable(task).subscribeOn(this.eventLoop).toFuture().get(60, TimeUnit.SECONDS);
	}

	private static List<CompletableFuture<String>> subscribe(Service service) {
		List<CompletableFuture<String>> results = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			results.add(service.act(i)
				.onErrorResume(ApprovalDeniedException.class, (denial) -> Mono.just("denied: " + denial.getReason()))
				.toFuture());
		}
		return results;
	}

	private static boolean isDenied(int number) {
		return number % 7 == 0;
	}

	static class Service {

		private final Map<Integer, Integer> done = new ConcurrentHashMap<>();

		Map<Integer, Integer> done() {
			return this.done;
		}

		@RequiresAirlockApproval("Act")
		public Mono<String> act(int number) {
			return Mono.fromSupplier(() -> {
				this.done.merge(number, 1, Integer::sum);
				return "did " + number;
			});
		}

	}

}
