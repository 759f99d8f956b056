/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.flows.FaultProxy.Fault;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many approvals over real sockets, of which a tenth of all calls goes wrong. A shorter
 * companion of {@link TenThousandApprovalsTests}, with the HTTP client of production.
 */
@Tag("slow")
class ManyFaultsTests extends FaultTests {

	private static final int APPROVALS = 200;

	private static final int AT_A_TIME = 8;

	private static final int[] STATUSES = { 302, 404, 408, 409, 410, 418, 429, 500, 502, 503, 504 };

	private final long seed = Long.getLong("test.seed", 20261126L);

	private final Random random = new Random(this.seed);

	@Test
	void eachApprovalRunsItsMethodOnceAndNothingElseRuns() {
		start("airlock.gateway.approval.timeout=30s", "airlock.gateway.approval.poll-timeout=5s",
				"airlock.gateway.read-timeout=1s");
		this.simulator.decideAutomatically((request) -> {
			int dice = Math.floorMod(request.requestId().hashCode(), 100);
			LockSupport.parkUntil(System.currentTimeMillis() + 30 * dice);
			return (dice < 4) ? null : (dice % 5 == 0) ? SimulatedDecision.reject() : SimulatedDecision.approve();
		});
		AtomicInteger next = new AtomicInteger();
		List<CompletableFuture<Void>> callers = IntStream.range(0, AT_A_TIME)
			.mapToObj((i) -> CompletableFuture.runAsync(() -> call(next), (task) -> new Thread(task, "caller").start()))
			.toList();
		callers.forEach(CompletableFuture::join);
		List<String> approved = this.simulator.history()
			.stream()
			.filter((handled) -> handled.outcome() == HandledRequest.Outcome.APPROVED)
			.map((handled) -> handled.request().arguments().get("order").stringValue())
			.toList();
		System.out.printf("seed %d: %d of %d approvals ran over %d connections%n", this.seed, approved.size(),
				APPROVALS, this.network.acceptedConnections());
		assertThat(this.application.payouts().orders()).as("seed " + this.seed)
			.containsExactlyInAnyOrderElementsOf(approved)
			.hasSizeGreaterThan(APPROVALS / 2);
		assertThat(this.application.bean(PendingApprovals.class).list()).isEmpty();
		await().atMost(Duration.ofSeconds(40)).until(() -> this.simulator.pending().isEmpty());
	}

	private void call(AtomicInteger next) {
		for (int number = next.getAndIncrement(); number < APPROVALS; number = next.getAndIncrement()) {
			planFaults();
			PayoutApplication.outcome(this.application.call("order-" + number), Duration.ofSeconds(60));
		}
	}

	private synchronized void planFaults() {
		for (GatewayCall call : GatewayCall.values()) {
			if (this.random.nextInt(10) != 0) {
				continue;
			}
			if (this.random.nextBoolean()) {
				List<Fault> faults = networkFaults();
				this.network.failNext(call.path, faults.get(this.random.nextInt(faults.size())));
			}
			else {
				List<SimulatedFault> faults = gatewayFaults();
				this.simulator.failNext(call.call, faults.get(this.random.nextInt(faults.size())));
			}
		}
	}

	private List<Fault> networkFaults() {
		return List.of(Fault.resetBeforeForwarding(), Fault.resetAfterForwarding(), Fault.dropAnswer(),
				Fault.cutAnswerAfter(this.random.nextInt(1, 400)), Fault.stallAfter(this.random.nextInt(1, 400)),
				Fault.blackHole(), Fault.cutAfter(Duration.ofMillis(this.random.nextInt(500))));
	}

	private List<SimulatedFault> gatewayFaults() {
		List<SimulatedFault> faults = new ArrayList<>();
		faults.add(SimulatedFault.status(STATUSES[this.random.nextInt(STATUSES.length)]));
		faults.add(SimulatedFault.status(429).withHeader("Retry-After", "1"));
		faults.add(SimulatedFault.status(200).withBody("application/json", ""));
		faults.add(SimulatedFault.status(200).withBody("text/html", "<html>approve</html>"));
		faults.add(SimulatedFault.dropBeforeHandling());
		faults.add(SimulatedFault.dropAfterHandling());
		faults.add(SimulatedFault.delay(Duration.ofMillis(this.random.nextInt(1_500))));
		return faults;
	}

	/**
	 * The calls of an approval, and how the network knows them.
	 */
	private enum GatewayCall {

		SUBMIT(SimulatorCall.SUBMIT_ARTIFACT, "POST /v1/artifacts"),

		WAIT(SimulatorCall.WAIT_FOR_DECISION, "/wait?"),

		STATUS(SimulatorCall.EXCHANGE_STATUS, "GET /v1/exchanges"),

		WITHDRAW(SimulatorCall.WITHDRAW, "/withdraw"),

		ACKNOWLEDGE(SimulatorCall.ACKNOWLEDGE, "/v1/acks");

		private final SimulatorCall call;

		private final String path;

		GatewayCall(SimulatorCall call, String path) {
			this.call = call;
			this.path = path;
		}

	}

}
