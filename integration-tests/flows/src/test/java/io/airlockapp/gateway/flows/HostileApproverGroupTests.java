/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of many calls at once that two of three approvers decide, by a gateway that
 * forges, exchanges, loses and delays decisions at random.
 */
class HostileApproverGroupTests {

	private static final int CALLS = 20;

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final List<SimulatedApprover> approvers = List.of(this.simulator.addApprover("ann"),
			this.simulator.addApprover("ben"), this.simulator.addApprover("cay"));

	private final SimulatedApprover stranger = this.simulator.addApprover("dan");

	@RegisterExtension
	private final PayoutApplication application = new PayoutApplication();

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void callIsDecidedByItsOwnApproversAloneAndNoApprovalIsLost(long seed) {
		this.application.startWith(GuardedByApproversTests.Approvers.class, this.simulator.baseUrl(), this.simulator,
				"airlock.gateway.approval.timeout=10s");
		List<CompletableFuture<ApprovalDecision>> calls = IntStream.range(0, CALLS).mapToObj(this::ask).toList();
		Random random = new Random(seed);
		while (!calls.stream().allMatch(CompletableFuture::isDone)) {
			this.simulator.pending().forEach((request) -> act(request, random));
			Thread.yield();
		}
		Map<String, List<HandledRequest>> handled = this.simulator.history()
			.stream()
			.collect(Collectors.groupingBy((request) -> callId(request.request())));
		Set<String> approved = new HashSet<>();
		for (CompletableFuture<ApprovalDecision> call : calls) {
			ApprovalDecision decision = find(call);
			if (decision != null) {
				List<String> counted = decision.votes()
					.stream()
					.filter((vote) -> vote.counted() && vote.verdict() == decision.verdict())
					.map(ApprovalVote::requestId)
					.toList();
				assertThat(counted).hasSizeGreaterThanOrEqualTo(decision.isApproved() ? 2 : 1);
				Outcome outcome = decision.isApproved() ? Outcome.APPROVED : Outcome.REJECTED;
				assertThat(ids(handled.get(decision.requestId()), outcome)).containsAll(counted);
				if (decision.isApproved()) {
					approved.add(decision.requestId());
				}
			}
		}
		assertThat(approved).isNotEmpty();
		handled.forEach((id, requests) -> {
			if (ids(requests, Outcome.APPROVED).size() > 1 && ids(requests, Outcome.REJECTED).isEmpty()) {
				assertThat(approved).contains(id);
			}
		});
	}

	private static List<String> ids(List<HandledRequest> requests, Outcome outcome) {
		return requests.stream()
			.filter((request) -> request.outcome() == outcome)
			.map((request) -> request.request().requestId())
			.toList();
	}

	private void act(PendingRequest request, Random random) {
		SimulatedApprover approver = this.simulator.approver(request.approver());
		String id = request.requestId();
		try {
			switch (random.nextInt(40)) {
				case 0, 1, 2, 3, 4 -> this.simulator.approve(id);
				case 5 -> this.simulator.reject(id);
				case 6 -> this.simulator.forgeDecision(id, other(request, random), SimulatedDecision.approve());
				case 7 -> this.simulator.forgeDecision(id, this.stranger, SimulatedDecision.reject());
				case 8 -> this.simulator.carryDecision(decided(random), id);
				case 9 -> approver.failNext(SimulatorCall.WAIT_FOR_DECISION, SimulatedFault.dropAfterHandling());
				case 10 -> approver.failNext(SimulatorCall.WITHDRAW, SimulatedFault.status(503));
				default -> {
					// Later
				}
			}
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// It was withdrawn meanwhile, or nothing is decided yet
		}
	}

	private SimulatedApprover other(PendingRequest request, Random random) {
		List<SimulatedApprover> others = new ArrayList<>(this.approvers);
		others.removeIf((approver) -> approver.name().equals(request.approver()));
		return others.get(random.nextInt(others.size()));
	}

	private String decided(Random random) {
		List<HandledRequest> history = this.simulator.history();
		return history.isEmpty() ? "none" : history.get(random.nextInt(history.size())).request().requestId();
	}

	private static String callId(PendingRequest request) {
		return request.plaintext().at("/call/id").stringValue();
	}

	private CompletableFuture<ApprovalDecision> ask(int number) {
		return this.application.template()
			.requestApprovalAsync(ApprovalRequest.builder("Refund", "refund " + number).approvers("refunds").build());
	}

	private static ApprovalDecision find(CompletableFuture<ApprovalDecision> call) {
		try {
			return call.join();
		}
		catch (CompletionException ex) {
			return null;
		}
	}

}
