/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link EnforcingApprovalGate}.
 */
class EnforcingApprovalGateTests {

	private final ApprovalService approvals = mock();

	private final ClaimTicker ticker = new ClaimTicker();

	private final List<ApprovalOutcome> outcomes = new ArrayList<>();

	private final DenialPublisher publisher = new DenialPublisher(
			ApprovalListener.of(List.of((request, artifactType) -> this.outcomes::add)), "command.review");

	private final ApprovalJournal journal = mock();

	private final ApprovalGate gate = new EnforcingApprovalGate(this.approvals, this.journal, this.publisher,
			this.ticker);

	@BeforeEach
	void approve() {
		given(this.approvals.request(any(), any())).willReturn(approved("req-1"));
	}

	@Test
	void authorizeWhenCallIsNotOfGuardThrowsWithoutRequest() {
		GuardedCall other = mock(GuardedCall.class);
		assertThatIllegalArgumentException().isThrownBy(() -> this.gate.authorize(other))
			.withMessageContaining("Pass the GuardedCall that your gate was given");
		verifyNoInteractions(this.approvals, this.journal);
	}

	@Test
	void authorizeRequestsWithAdmissionOfCall() {
		Admission admission = Admission.none();
		MethodGuardedCall call = call();
		given(call.admission()).willReturn(admission);
		new EnforcingApprovalGate(this.approvals, ApprovalJournal.none(), this.publisher, this.ticker).authorize(call);
		verify(this.approvals).request(call.toRequest(), admission);
		assertThat(this.outcomes).isEmpty();
	}

	@Test
	void decisionWithoutJournalIsUsedOnce() {
		given(this.approvals.request(any(), any())).willReturn(approved("req-1"), approved("req-2"), approved("req-1"));
		ApprovalGate gate = new EnforcingApprovalGate(this.approvals, ApprovalJournal.none(), this.publisher,
				this.ticker);
		gate.authorize(call());
		gate.authorize(call());
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> gate.authorize(call()))
			.withMessageContaining("(request req-1) has been used already")
			.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"));
		assertThat(this.outcomes).hasSize(1);
	}

	@Test
	void deniedCallIsNotClaimed() {
		given(this.approvals.request(any(), any())).willReturn(rejected("no\n")).willReturn(rejected(null));
		MethodGuardedCall call = call();
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.gate.authorize(call))
			.withMessageEndingWith(" was denied (request req-1): \"no \"")
			.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("no\n"));
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.gate.authorize(call))
			.withMessageEndingWith(" was denied (request req-1)");
		verify(call, never()).approved(any());
		verifyNoInteractions(this.journal);
	}

	@Test
	void approvalThatAnotherInstanceClaimedIsRefused() {
		given(this.journal.claim("req-1")).willReturn(false);
		MethodGuardedCall call = call();
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> this.gate.authorize(call))
			.withMessageContaining("(request req-1) has been used already");
		verify(call).approved("req-1");
		verify(this.journal).claim("req-1");
		assertThat(this.outcomes).hasSize(1);
	}

	@Test
	void journalThatCannotBeWrittenIsTriedAgain() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("failover"))
			.willThrow(new IllegalStateException("failover"))
			.willReturn(true);
		this.gate.authorize(call());
		assertThat(this.outcomes).isEmpty();
	}

	@Test
	void journalThatCannotBeWrittenIsTriedForAWhile() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("down"));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.gate.authorize(call()))
			.withMessageContaining("the journal of approvals cannot be written");
		assertThat(this.ticker.elapsed).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(45));
	}

	@Test
	void claimWhenEarlierTryFailedIsNotReportedAsReplay() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("connection reset")).willReturn(false);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.gate.authorize(call()))
			.withMessageContaining("the journal of approvals cannot be written");
	}

	@Test
	void claimWhenInterruptedRetriesForTenSecondsAndKeepsInterrupt() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("down"));
		this.ticker.interruptAt = Duration.ZERO;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.gate.authorize(call()));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.ticker.elapsed).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(12));
	}

	@Test
	void lateInterruptDoesNotProlongTheTries() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("down"));
		this.ticker.interruptAt = Duration.ofSeconds(25);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.gate.authorize(call()));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.ticker.elapsed).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
	}

	@Test
	void approvalBeforeAnInterruptIsClaimedOnceTheJournalCanBeWritten() {
		given(this.journal.claim("req-1")).willThrow(new IllegalStateException("failover"))
			.willThrow(new IllegalStateException("failover"))
			.willReturn(true);
		this.ticker.interruptAt = Duration.ZERO;
		this.gate.authorize(call());
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.outcomes).isEmpty();
	}

	private static ApprovalDecision approved(String requestId) {
		return new ApprovalDecision(requestId, Verdict.APPROVE, null, "key-1", "AB:CD",
				new DecisionEvidence(requestId, "00", "approve", SignatureForm.TEXT, "", "", "key-1", ""));
	}

	private static ApprovalDecision rejected(@Nullable String reason) {
		return new ApprovalDecision("req-1", Verdict.REJECT, reason, "key-1", "AB:CD",
				new DecisionEvidence("req-1", "00", "reject", SignatureForm.TEXT, "", "", "key-1", ""));
	}

	private static MethodGuardedCall call() {
		ApprovalRequest request = ApprovalRequest.builder("Pay", "pay").build();
		MethodGuardedCall call = mock();
		given(call.toRequest()).willReturn(request);
		given(call.toBareRequest()).willReturn(request);
		given(call.admission()).willReturn(Admission.none());
		return call;
	}

	/**
	 * Time in which pauses pass at once.
	 */
	private static final class ClaimTicker implements Ticker {

		private Duration elapsed = Duration.ZERO;

		private @Nullable Duration interruptAt;

		@Override
		public long nanoTime() {
			return this.elapsed.toNanos();
		}

		@Override
		public void sleep(Duration duration) throws InterruptedException {
			if (this.interruptAt != null && this.elapsed.compareTo(this.interruptAt) >= 0) {
				this.interruptAt = null;
				throw new InterruptedException();
			}
			this.elapsed = this.elapsed.plus(duration);
		}

	}

}
