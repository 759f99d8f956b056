/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link EnforcingApprovalGate}.
 */
class EnforcingApprovalGateTests {

	private final ApprovalService approvals = mock();

	private final List<ApprovalOutcome> outcomes = new ArrayList<>();

	private final DenialPublisher publisher = new DenialPublisher(
			ApprovalListener.of(List.of((request, artifactType) -> this.outcomes::add)), "command.review");

	@Test
	void nobodyIsAskedAboutACallThatTheGuardDidNotMake() {
		GuardedCall other = mock(GuardedCall.class);
		ApprovalJournal journal = mock();
		ApprovalGate gate = new EnforcingApprovalGate(this.approvals, journal, this.publisher);
		assertThatIllegalArgumentException().isThrownBy(() -> gate.authorize(other))
			.withMessageContaining("Pass the GuardedCall that your gate was given");
		verifyNoInteractions(this.approvals, journal);
	}

	@Test
	void admissionOfTheCallIsUsed() {
		Admission admission = Admission.none();
		MethodGuardedCall call = call();
		given(call.admission()).willReturn(admission);
		given(this.approvals.request(call.toRequest(), admission)).willReturn(approved("req-1"));
		new EnforcingApprovalGate(this.approvals, ApprovalJournal.none(), this.publisher).authorize(call);
		assertThat(this.outcomes).isEmpty();
	}

	@Test
	void decisionIsUsedOnceAlsoWithoutAJournal() {
		given(this.approvals.request(any(), any())).willReturn(approved("req-1"), approved("req-2"), approved("req-1"));
		ApprovalGate gate = new EnforcingApprovalGate(this.approvals, ApprovalJournal.none(), this.publisher);
		gate.authorize(call());
		gate.authorize(call());
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> gate.authorize(call()))
			.withMessageContaining("(request req-1) has been used already")
			.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"));
		assertThat(this.outcomes).hasSize(1);
	}

	private static ApprovalDecision approved(String requestId) {
		return new ApprovalDecision(requestId, Verdict.APPROVE, null, "key-1", "AB:CD",
				new DecisionEvidence(requestId, "00", "approve", SignatureForm.TEXT, "", "", "key-1", ""));
	}

	private static MethodGuardedCall call() {
		ApprovalRequest request = ApprovalRequest.builder("Pay", "pay").build();
		MethodGuardedCall call = mock();
		given(call.toRequest()).willReturn(request);
		given(call.toBareRequest()).willReturn(request);
		given(call.admission()).willReturn(Admission.none());
		return call;
	}

}
