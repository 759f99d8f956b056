/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.audit.ApprovalAuditor;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.observation.ApprovalCounters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the votes and escalations of a group are published, audited and counted.
 */
class ApproverGroupListenersTests {

	private static final ApprovalRequest REQUEST = ApprovalRequest.builder("Refund", "refund(42)")
		.approvers("refunds")
		.gate("RefundService.refund")
		.requester("alice")
		.build();

	private static final ApprovalVote VOTE = new ApprovalVote("shift-1", "req-1", Verdict.APPROVE, "fine", "key-1",
			"AB:CD", Instant.EPOCH, true, new DecisionEvidence("req-1", "00", "approve", SignatureForm.TEXT,
					"00|approve|n", "c2ln", "key-1", "a2V5"));

	private final List<Object> events = new ArrayList<>();

	@Test
	void publishesVotesAndEscalations() {
		run(new ApprovalEventPublisher(this.events::add));
		assertThat(this.events).filteredOn(ApprovalVoteEvent.class::isInstance)
			.containsExactly(new ApprovalVoteEvent("call-1", "refunds", VOTE, "Refund", "RefundService.refund"));
		assertThat(this.events).filteredOn(ApprovalEscalatedEvent.class::isInstance)
			.containsExactly(new ApprovalEscalatedEvent("call-1", "refunds", 1, List.of("shift-3"), true, "Refund",
					"RefundService.refund"));
	}

	@Test
	void auditsEachVoteAndTheOutcomeWithAllVotes() {
		run(new ApprovalAuditor(this.events::add, "shop", true));
		List<AuditEvent> audited = this.events.stream()
			.map((event) -> ((AuditApplicationEvent) event).getAuditEvent())
			.toList();
		assertThat(audited).extracting(AuditEvent::getType)
			.containsExactly("AIRLOCK_VOTE", "AIRLOCK_TAMPERING", "AIRLOCK_TIMEOUT");
		assertThat(audited.get(0).getData()).containsEntry("requestId", "call-1")
			.containsEntry("approvers", "refunds")
			.containsEntry("requester", "alice")
			.containsEntry("pairing", "shift-1")
			.containsEntry("ballotId", "req-1")
			.containsEntry("verdict", "APPROVE")
			.containsEntry("counted", true)
			.containsEntry("evidence", VOTE.evidence());
		assertThat(audited.get(1).getData()).containsEntry("ballotId", "req-2");
		assertThat((List<?>) audited.get(2).getData().get("votes")).hasSize(1);
	}

	@Test
	void countsVotesEscalationsAndForgedDecisions() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		ApprovalCounters counters = new ApprovalCounters();
		counters.bindTo(meters);
		run(counters);
		assertThat(meters.get("airlock.approval.votes")
			.tags("approvers", "refunds", "verdict", "approve", "counted", "true")
			.counter()
			.count()).isOne();
		assertThat(meters.get("airlock.approval.escalations")
			.tags("approvers", "refunds", "step", "1", "cause", "unavailable")
			.counter()
			.count()).isOne();
		assertThat(meters.get("airlock.decisions.unverified").counters().stream().mapToDouble(Counter::count).sum())
			.isOne();
	}

	private static void run(ApprovalListener listener) {
		Attempt attempt = listener.begin(REQUEST, "command.review");
		attempt.submitting(new PendingApproval("call-1", "Refund", Instant.EPOCH, Instant.EPOCH));
		attempt.voted(VOTE);
		attempt.tampered(new ApprovalVerificationException("The decision does not verify", "req-2", null));
		attempt.escalated(1, List.of("shift-3"), true);
		attempt.ended(
				ApprovalOutcome.failed(new ApprovalTimeoutException("Late", "call-1"), Duration.ZERO, List.of(VOTE)));
	}

}
