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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many approvals at once: each caller gets its own decision and none is lost.
 */
@Tag("slow")
class ManyApprovalsTests extends SimulatorTests {

	private static final boolean VIRTUAL_THREADS = Runtime.version().feature() >= 21;

	private static final int MANY = VIRTUAL_THREADS ? 2000 : 300;

	private final ApplicationContextRunner contextRunner = runner(Service.class);

	@Test
	void eachCallerGetsItsOwnDecision() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=" + MANY,
				"airlock.gateway.approval.limits.pending-per-gate=" + MANY,
				"airlock.gateway.rate-limit.requests=1000000", "airlock.gateway.rate-limit.period=1s",
				"airlock.gateway.approval.poll-timeout=60s", "airlock.gateway.connect-timeout=30s",
				"airlock.gateway.read-timeout=30s"), Service.class, (service) -> {
					long threadsBefore = Thread.activeCount();
					SimpleAsyncTaskExecutor callers = new SimpleAsyncTaskExecutor("caller-");
					callers.setVirtualThreads(VIRTUAL_THREADS);
					List<Future<String>> results = new ArrayList<>();
					for (int i = 0; i < MANY; i++) {
						int number = i;
						results.add(callers.submit(() -> call(service, number)));
					}
					List<PendingRequest> pending = new ArrayList<>(
							this.simulator.awaitPending(MANY, Duration.ofSeconds(120)));
					long heapPending = usedHeap();
					Collections.shuffle(pending, new Random(42));
					for (PendingRequest request : pending) {
						int number = request.arguments().get("number").intValue();
						this.simulator.decide(request.requestId(), isDenied(number)
								? SimulatedDecision.reject("no " + number) : SimulatedDecision.approve());
					}
					for (int i = 0; i < MANY; i++) {
						assertThat(results.get(i).get(120, TimeUnit.SECONDS))
							.isEqualTo(isDenied(i) ? "denied: no " + i : "did " + i);
					}
					assertThat(service.done()).hasSize(MANY - (MANY - 1) / 7 - 1)
						.allSatisfy((number, times) -> assertThat(times).isOne());
					await().atMost(Duration.ofSeconds(60))
						.until(() -> Thread.activeCount() <= threadsBefore + SPARE_THREADS);
					System.out.printf(
							"%d approvals pending at once on %s threads; heap %d MB while pending, %d MB after%n", MANY,
							VIRTUAL_THREADS ? "virtual" : "platform", heapPending, usedHeap());
				});
	}

	/**
	 * The client's pool, and acknowledgements that are still on their way.
	 */
	private static final int SPARE_THREADS = 12;

	@Test
	void aSmallQuotaIsKeptAndNobodyIsLost() {
		int quota = 30;
		int approvals = 40;
		try (AirlockSimulator counting = AirlockSimulator.builder()
			.decideAutomatically((request) -> SimulatedDecision.approve())
			.start()) {
			run(this.contextRunner.withPropertyValues(SimulatedApplications.properties(counting))
				.withPropertyValues("airlock.gateway.rate-limit.requests=" + quota,
						"airlock.gateway.rate-limit.period=1s", "airlock.gateway.approval.poll-timeout=1s"),
					Service.class, (service) -> {
						SimpleAsyncTaskExecutor callers = new SimpleAsyncTaskExecutor("caller-");
						List<Future<String>> results = new ArrayList<>();
						for (int i = 0; i < approvals; i++) {
							int number = i;
							results.add(callers.submit(() -> service.act(number)));
						}
						for (int i = 0; i < approvals; i++) {
							assertThat(results.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("did " + i);
						}
						assertThat(mostWithinASecond(counting.requests())).isLessThanOrEqualTo(quota);
					});
		}
	}

	private static int mostWithinASecond(List<RecordedCall> calls) {
		List<RecordedCall> sorted = new ArrayList<>(calls);
		sorted.sort((first, second) -> first.at().compareTo(second.at()));
		int most = 0;
		for (int first = 0, last = 0; last < sorted.size(); last++) {
			while (!sorted.get(last).at().isBefore(sorted.get(first).at().plusSeconds(1))) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	private static boolean isDenied(int number) {
		return number % 7 == 0;
	}

	private static String call(Service service, int number) {
		try {
			return service.act(number);
		}
		catch (ApprovalDeniedException ex) {
			return "denied: " + ex.getReason();
		}
	}

	private static long usedHeap() {
		System.gc();
		return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / (1024 * 1024);
	}

	static class Service {

		private final Map<Integer, Integer> done = new ConcurrentHashMap<>();

		Map<Integer, Integer> done() {
			return this.done;
		}

		@RequiresAirlockApproval("Act")
		public String act(int number) {
			this.done.merge(number, 1, Integer::sum);
			return "did " + number;
		}

	}

}
