/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole flows of calls that several approvers decide, each on a phone of their own.
 */
class ApproverGroupFlowTests extends SimulatorTests {

	private final SimulatedApprover ann = this.simulator.addApprover("ann");

	private final SimulatedApprover ben = this.simulator.addApprover("ben");

	private final SimulatedApprover cay = this.simulator.addApprover("cay");

	private final SimulatedApprover dan = this.simulator.addApprover("dan");

	private final SimulatedApprover bensOtherPairing = this.simulator.addApprover("ben-again", this.ben);

	@RegisterExtension
	private final PayoutApplication application = new PayoutApplication();

	@BeforeEach
	void start() {
		this.application.startWith(Groups.class, this.simulator.baseUrl(), this.simulator);
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void quorumRow01EachPairingReceivesItsOwnRequest() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		List<PendingRequest> requests = List.of(this.ann.awaitRequest(), this.ben.awaitRequest(),
				this.cay.awaitRequest());
		assertThat(requests).extracting(PendingRequest::requestId).doesNotHaveDuplicates();
		assertThat(requests).extracting(PendingRequest::expiresAt).containsOnly(requests.get(0).expiresAt());
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(3);
		approveAll();
		assertThat(decision(call).isApproved()).isTrue();
	}

	@Test
	void quorumRow02ApprovalOfAnotherRequestDoesNotCount() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		PendingRequest forAnn = this.ann.awaitRequest();
		PendingRequest forBen = this.ben.awaitRequest();
		this.ann.approve(forAnn);
		awaitVotes(1);
		this.simulator.carryDecision(forAnn.requestId(), forBen.requestId());
		approve(this.cay);
		assertThat(decision(call).votes()).extracting(ApprovalVote::pairing).containsExactly("ann", "cay");
	}

	@Test
	void quorumRow03ApprovalsOfTwoPersonsCount() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		awaitAsked(3);
		approve(this.cay);
		awaitVotes(1);
		assertThat(call).isNotDone();
		approve(this.ann);
		ApprovalDecision decision = decision(call);
		assertThat(decision.isApproved()).isTrue();
		assertThat(decision.requestId()).startsWith("call-");
		assertThat(decision.votes()).extracting(ApprovalVote::pairing).containsExactly("cay", "ann");
		assertThat(decision.votes()).allMatch(ApprovalVote::counted);
		assertThat(decision.signerKeyId()).isEqualTo(this.ann.signerKey().id());
		awaitOutcomes(Outcome.APPROVED, Outcome.APPROVED, Outcome.WITHDRAWN);
		assertThat(this.simulator).wasAskedAboutOneCall()
			.hasApprovers("refunds")
			.hasQuorum(2)
			.wasSentTo("ann", "ben", "cay")
			.wasApprovedBy("ann", "cay")
			.wasWithdrawnFrom("ben");
	}

	@Test
	void quorumRow04SecondApprovalByOneKeyDoesNotCount() {
		CompletableFuture<ApprovalDecision> call = ask("one-phone");
		approve(this.ben);
		awaitVotes(1);
		approve(this.bensOtherPairing);
		awaitVotes(2);
		assertThat(call).isNotDone();
		approve(this.ann);
		assertThat(decision(call).votes()).hasSize(3)
			.filteredOn(ApprovalVote::counted)
			.extracting(ApprovalVote::signerKeyId)
			.containsExactlyInAnyOrder(this.ben.signerKey().id(), this.ann.signerKey().id());
	}

	@Test
	void quorumRow06RejectionEndsTheCall() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		awaitAsked(3);
		approve(this.ann);
		awaitVotes(1);
		this.cay.reject(this.cay.awaitRequest(), "Wrong customer");
		ApprovalDecision decision = decision(call);
		assertThat(decision.verdict()).isEqualTo(Verdict.REJECT);
		assertThat(decision.reason()).isEqualTo("Wrong customer");
		assertThat(decision.signerKeyId()).isEqualTo(this.cay.signerKey().id());
		awaitOutcomes(Outcome.APPROVED, Outcome.REJECTED, Outcome.WITHDRAWN);
		assertThat(this.simulator).wasAskedAboutOneCall().wasRejectedBy("cay").wasWithdrawnFrom("ben");
	}

	@Test
	void quorumRow11ForgedDecisionEndsItsRequestOnly() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		this.simulator.forgeDecision(this.ann.awaitRequest().requestId(), this.dan, SimulatedDecision.approve());
		approve(this.ben);
		approve(this.cay);
		assertThat(decision(call).votes()).extracting(ApprovalVote::pairing).containsExactlyInAnyOrder("ben", "cay");
	}

	@Test
	void quorumRow11ForgedRejectionsDoNotDeny() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		this.simulator.forgeDecision(this.ann.awaitRequest().requestId(), this.dan, SimulatedDecision.reject());
		this.ben.awaitRequest();
		this.simulator.tamperDecisions((envelope) -> {
			((ObjectNode) envelope.get("body")).put("decision", "reject");
			return envelope;
		});
		approve(this.ben);
		assertThat(failure(call)).isInstanceOf(ApprovalVerificationException.class);
		await().until(() -> this.cay.pending().isEmpty());
	}

	@Test
	void quorumRow13CancelledCallIsWithdrawnFromAll() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		awaitAsked(3);
		call.cancel(true);
		awaitOutcomes(Outcome.WITHDRAWN, Outcome.WITHDRAWN, Outcome.WITHDRAWN);
		await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
	}

	@Test
	void quorumRow13StoppedApplicationWithdrawsFromAll() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		approve(this.ann);
		awaitVotes(1);
		this.ben.awaitRequest();
		this.cay.awaitRequest();
		this.application.close();
		assertThat(failure(call)).isInstanceOf(ApprovalUnavailableException.class);
		awaitOutcomes(Outcome.APPROVED, Outcome.WITHDRAWN, Outcome.WITHDRAWN);
	}

	@Test
	void quorumRow14ApprovalOfARevokedPairingIsStruck() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		approve(this.ann);
		awaitVotes(1);
		this.ann.revokePairing();
		CompletableFuture<ApprovalDecision> other = ask("refunds");
		await().until(() -> this.ben.pending().size() == 2);
		await().until(() -> this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)
			.stream()
			.anyMatch((submission) -> Integer.valueOf(403).equals(submission.status())));
		this.ben.pending().forEach(this.ben::approve);
		awaitVotes(3);
		assertThat(call).isNotDone();
		this.cay.pending().forEach(this.cay::approve);
		assertThat(decision(call).votes()).filteredOn(ApprovalVote::counted)
			.extracting(ApprovalVote::pairing)
			.containsExactly("ben", "cay");
		assertThat(decision(other).isApproved()).isTrue();
	}

	@Test
	void quorumRow16RequestsOfOneCallDifferInTheirIdsAlone() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		awaitAsked(3);
		List<PendingRequest> requests = this.simulator.pending();
		String callId = requests.get(0).plaintext().at("/call/id").stringValue();
		assertThat(callId).startsWith("call-");
		assertThat(requests).extracting((request) -> ((ObjectNode) request.plaintext()).deepCopy().without("requestId"))
			.containsOnly(((ObjectNode) requests.get(0).plaintext()).deepCopy().without("requestId"));
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT))
			.noneMatch((submission) -> submission.body().contains(callId) || submission.body().contains("refunds"));
		call.cancel(true);
	}

	@Test
	void quorumRow17PhonesShowTheRuleAndNoVotes() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		String text = this.ann.awaitRequest().plaintext().toString();
		assertThat(text).contains("2 of the 3 approvers of 'refunds' must approve").doesNotContain("ann", "ben", "cay");
		call.cancel(true);
	}

	@Test
	void quorumRow18EachRequestTakesAPlace() {
		this.application.close();
		this.application.startWith(Groups.class, this.simulator.baseUrl(), this.simulator,
				"airlock.gateway.approval.max-pending=5");
		CompletableFuture<ApprovalDecision> first = ask("refunds");
		awaitAsked(3);
		assertThat(failure(ask("refunds"))).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(this.simulator.asked()).hasSize(3);
		approve(this.ann);
		approve(this.ben);
		assertThat(decision(first).isApproved()).isTrue();
		awaitOutcomes(Outcome.APPROVED, Outcome.APPROVED, Outcome.WITHDRAWN);
		await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
		CompletableFuture<ApprovalDecision> next = ask("refunds");
		awaitAsked(6);
		next.cancel(true);
	}

	@Test
	void quorumRow19CallThatTwoOfThreeDecideCostsNineRequests() {
		CompletableFuture<ApprovalDecision> call = ask("refunds");
		await().until(() -> this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).size() == 3);
		approve(this.ann);
		approve(this.ben);
		assertThat(decision(call).isApproved()).isTrue();
		awaitVotes(2);
		awaitOutcomes(Outcome.APPROVED, Outcome.APPROVED, Outcome.WITHDRAWN);
		await().until(() -> this.application.bean(PendingApprovals.class).list().isEmpty());
		assertThat(this.simulator.requests()).hasSize(9);
	}

	@Test
	void escalationAddsRequestsAfterItsTime() {
		CompletableFuture<ApprovalDecision> call = ask("escalated");
		PendingRequest first = this.ann.awaitRequest();
		PendingRequest second = this.ben.awaitRequest();
		assertThat(first.plaintext().at("/call/step").intValue()).isZero();
		assertThat(second.plaintext().at("/call/step").intValue()).isEqualTo(1);
		assertThat(second.plaintext().toString()).containsIgnoringCase("asked in addition after");
		assertThat(second.plaintext().at("/call/id")).isEqualTo(first.plaintext().at("/call/id"));
		assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
		assertThat(this.ann.pending()).hasSize(1);
		approve(this.ben);
		assertThat(decision(call).votes()).extracting(ApprovalVote::pairing).containsExactly("ben");
		awaitOutcomes(Outcome.APPROVED, Outcome.WITHDRAWN);
	}

	private CompletableFuture<ApprovalDecision> ask(String approvers) {
		ApprovalRequest request = ApprovalRequest.builder("Refund", "refund 42").approvers(approvers).build();
		return this.application.template().requestApprovalAsync(request);
	}

	private static void approve(SimulatedApprover approver) {
		approver.approve(approver.awaitRequest());
	}

	private void awaitAsked(int requests) {
		await().until(() -> this.simulator.asked().size() == requests);
	}

	private void awaitVotes(int votes) {
		await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == votes);
	}

	private void awaitOutcomes(Outcome... outcomes) {
		List<Outcome> expected = new ArrayList<>(Arrays.asList(outcomes));
		await().untilAsserted(() -> assertThat(this.simulator.history()).extracting((handled) -> handled.outcome())
			.containsExactlyInAnyOrderElementsOf(expected));
	}

	private static ApprovalDecision decision(CompletableFuture<ApprovalDecision> call) {
		return call.orTimeout(20, TimeUnit.SECONDS).join();
	}

	private static Throwable failure(CompletableFuture<ApprovalDecision> call) {
		try {
			return new AssertionError("Unexpected decision " + decision(call));
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
	}

	@Configuration(proxyBeanMethods = false)
	static class Groups {

		@Bean
		ApproverGroups approverGroups() {
			List<ApproverGroup> groups = List.of(group("refunds", 2, List.of("ann", "ben", "cay")),
					group("one-phone", 2, List.of("ann", "ben", "ben-again")),
					group("escalated", 1, List.of("ann"), step(Duration.ofMillis(200), "ben")));

			return new ApproverGroups(groups, new Persons(Map.of("ann", List.of("ann"), "ben", List.of("ben"),
					"ben-again", List.of("someone"), "cay", List.of("cay"))));
		}

		private static ApproverGroup group(String name, int quorum, List<String> pairings, EscalationStep... steps) {
			return new ApproverGroup(name, pairings, quorum, (steps.length > 0) ? Duration.ofMinutes(1) : null, false,
					false, List.of(steps));
		}

		private static EscalationStep step(Duration after, String pairing) {
			return new EscalationStep(after, List.of(pairing), true);
		}

	}

}
