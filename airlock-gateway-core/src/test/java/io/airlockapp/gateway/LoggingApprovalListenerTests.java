/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggingApprovalListener}. What is logged of requests that are sent is
 * tested by whole flows.
 */
@ExtendWith(CapturedOutput.Extension.class)
class LoggingApprovalListenerTests {

	private final ApprovalListener log = ApprovalListener.logging(ApprovalListener.of(List.of()));

	@Test
	void decidedWhenNoRequestIsSentLogsReason(CapturedOutput output) {
		logDecided(ApprovalResult.UNAVAILABLE, new ApprovalUnavailableException("Too many wait", "req-1", null));
		logDecided(ApprovalResult.UNAVAILABLE,
				new ApprovalUnavailableException("It has an open transaction", null, null));
		logDecided(ApprovalResult.DENIED, new ApprovalDeniedException("It was denied a moment ago", "req-2", null));
		assertThat(output.getAll().lines()).satisfiesExactly(
				(line) -> assertThat(line).contains("INFO")
					.endsWith("Approval req-1 'Pay out' unavailable: Too many wait"),
				(line) -> assertThat(line).endsWith("Approval of 'Pay out' unavailable: It has an open transaction"),
				(line) -> assertThat(line).endsWith("Approval req-2 'Pay out' denied: It was denied a moment ago"));
	}

	@Test
	void endedByTimeoutLogsReasonsOfGroupOnly(CapturedOutput output) {
		ApprovalRequest.Builder request = ApprovalRequest.builder("Pay out", "payOut");
		ApprovalOutcome outcome = ApprovalOutcome
			.failed(new ApprovalTimeoutException("1 of 2 approvals came in time", "call-1"), Duration.ZERO);
		this.log.begin(request.build(), "command.review").ended(outcome);
		this.log.begin(request.approvers("refunds").build(), "command.review").ended(outcome);
		assertThat(output.getAll().lines()).satisfiesExactly(
				(line) -> assertThat(line).endsWith("Approval call-1 'Pay out' timed out"), (line) -> assertThat(line)
					.endsWith("Approval call-1 'Pay out' timed out: 1 of 2 approvals came in time"));
	}

	@Test
	void warnsOnceOfEachMistake(CapturedOutput output) {
		for (String message : List.of("'a' is 70001 bytes long", "'a' is 80002 bytes long", "'b' is a stream")) {
			logDecided(ApprovalResult.INVALID_USAGE, new InvalidApprovalUsageException(message, null));
		}
		assertThat(output.getAll().lines()).satisfiesExactly((line) -> assertThat(line).contains("WARN")
			.endsWith("A retry does not help, because the application has to be fixed: 'a' is 70001 bytes long"),
				(line) -> assertThat(line).contains("INFO")
					.endsWith("Approval of 'Pay out' not possible: 'a' is 70001 bytes long"),
				(line) -> assertThat(line).contains("INFO").endsWith("not possible: 'a' is 80002 bytes long"),
				(line) -> assertThat(line).contains("WARN").endsWith("'b' is a stream"),
				(line) -> assertThat(line).contains("INFO").endsWith("not possible: 'b' is a stream"));
	}

	@Test
	void voteWhenRejectionIsLateLogsWarning(CapturedOutput output) {
		ApprovalRequest request = ApprovalRequest.builder("Pay out", "payOut").approvers("refunds").build();
		DecisionEvidence evidence = new DecisionEvidence("req-1", "00", "reject", SignatureForm.TEXT, "00|reject|n",
				"c2ln", "key-1", "a2V5");
		ApprovalVote vote = new ApprovalVote("shift-1", "req-1", Verdict.REJECT, "secret", "key-1", "AB:CD",
				Instant.EPOCH, false, evidence);
		ApprovalListener.Attempt attempt = this.log.begin(request, "command.review");
		attempt.submitting(new PendingApproval("call-1", "Pay out", Instant.EPOCH, Instant.EPOCH));
		attempt.voted(vote);
		attempt.voted(vote.counted(true));
		assertThat(output.getAll().lines()).satisfiesExactly((line) -> assertThat(line).contains("WARN")
			.endsWith(
					"Approval call-1 'Pay out': denied by key key-1 of the pairing 'shift-1' (request req-1), which does not count, because the call was decided before"),
				(line) -> assertThat(line).contains("INFO").endsWith("of the pairing 'shift-1' (request req-1)"));
	}

	@Test
	void warnsOfAMistakeInEachMethod(CapturedOutput output) {
		InvalidApprovalUsageException mistake = new InvalidApprovalUsageException("It has an open transaction", null);
		for (String gate : List.of("Desk.payOut", "Desk.refund", "Desk.payOut")) {
			ApprovalRequest request = ApprovalRequest.builder("Pay out", "payOut").gate(gate).build();
			logDecided(request, ApprovalResult.of(mistake), mistake);
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN"))).hasSize(2);
	}

	@Test
	void labelIsOnOneLine(CapturedOutput output) {
		ApprovalRequest request = ApprovalRequest
			.builder("Pay\r\nout\u0085\u2028INFO Approval req-1 approved", "payOut")
			.build();
		logDecided(request, ApprovalResult.UNAVAILABLE, new ApprovalUnavailableException("No", null, null));
		assertThat(request.getLabel()).isEqualTo("Pay out INFO Approval req-1 approved");
		assertThat(output.getAll().lines()).hasSize(1);
	}

	@Test
	void decidedWhenPolicyDeniesIsLogged(CapturedOutput output) {
		logDecided(ApprovalResult.POLICY,
				new ApprovalDeniedByPolicyException("A policy denies it", "req-9", Instant.EPOCH));
		assertThat(output.getAll().strip()).endsWith("Approval of 'Pay out' decided by policy: A policy denies it");
	}

	@Test
	void decidedWhenPolicyApprovesIsNotLogged(CapturedOutput output) {
		logDecided(ApprovalResult.POLICY, null);
		assertThat(output).isEmpty();
	}

	private void logDecided(ApprovalResult result, @Nullable AirlockGatewayException failure) {
		logDecided(ApprovalRequest.builder("Pay out", "payOut").build(), result, failure);
	}

	private void logDecided(ApprovalRequest request, ApprovalResult result, @Nullable AirlockGatewayException failure) {
		String requestId = (failure != null) ? failure.getRequestId() : null;
		this.log.begin(request, "command.review")
			.ended(new ApprovalOutcome(result, requestId, Duration.ZERO, null, failure));
	}

}
