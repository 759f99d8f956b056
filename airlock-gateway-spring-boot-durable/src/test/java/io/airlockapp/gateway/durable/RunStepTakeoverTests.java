/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RunStep} where another process is regarded as stopped.
 */
class RunStepTakeoverTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private static final String ID = "req-1";

	private static final String PLAINTEXT = "{}";

	private static final String HASH = ArtifactHash.of(PLAINTEXT.getBytes(StandardCharsets.UTF_8));

	private final DurableCallStore store = mock();

	private final ApprovedCalls approvedCalls = mock();

	private final RunStep step = new RunStep(
			new DurableDependencies(this.store, mock(StepScheduler.class), TransactionOperations.withoutTransaction(),
					new TransitionPublisher(mock(ApplicationEventPublisher.class), mock(ApprovalListener.class)),
					new PendingCounts(this.store, Runnable::run, InstantSource.fixed(NOW)),
					TestInstance.settings(Duration.ofMinutes(5), 0), InstantSource.fixed(NOW)),
			this.approvedCalls, List.of(), WaitingCalls.forTargets(this.store), WaitingCalls.forPairings(this.store),
			mock(Ticker.class), TestInstance.MEAN);

	@Test
	void callThatIsNotStartedWhenItsProcessIsLostIsRun() {
		given(this.store.find(ID)).willReturn(approval(DurableState.DECIDED));
		assertThat(this.step.lost(ID, 1)).isEqualTo(new NextStep(Step.RUN, NOW));
	}

	@Test
	void callWhoseOutcomeIsNotKnownIsNotRunAgain() {
		given(this.store.find(ID)).willReturn(approval(DurableState.UNKNOWN));
		assertThat(this.step.lost(ID, 1)).isNull();
	}

	@Test
	void callThatAProcessClaimsAlthoughItIsLostIsLookedAtAgain() {
		given(this.store.find(ID)).willReturn(approval(DurableState.CLAIMED));
		assertThat(this.step.lost(ID, 1)).isEqualTo(new NextStep(Step.RUN, NOW.plusSeconds(10)));
	}

	@Test
	void callThatAnotherProcessClaimsFirstIsLookedAtAgain() throws Exception {
		given(this.store.find(ID)).willReturn(approval(DurableState.DECIDED), approval(DurableState.CLAIMED));
		given(this.store.findCall(ID)).willReturn(call());
		given(this.approvedCalls.run(any(), any())).willReturn(Result.NOT_STARTED);
		assertThat(this.step.perform(ID, 1)).isEqualTo(new NextStep(Step.RUN, NOW.plusSeconds(10)));
	}

	@Test
	void callThatIsCancelledFirstIsNotLookedAtAgain() throws Exception {
		given(this.store.find(ID)).willReturn(approval(DurableState.DECIDED), approval(DurableState.CANCELLED));
		given(this.store.findCall(ID)).willReturn(call());
		given(this.approvedCalls.run(any(), any())).willReturn(Result.NOT_STARTED);
		assertThat(this.step.perform(ID, 1)).isNull();
	}

	@Test
	void callWhoseClaimWasTakenBackWhileItFailedHasAStep() throws Exception {
		given(this.store.find(ID)).willReturn(approval(DurableState.DECIDED));
		given(this.store.findCall(ID)).willReturn(call());
		given(this.approvedCalls.run(any(), any()))
			.willThrow(new InvocationTargetException(new IllegalStateException()));
		assertThat(this.step.perform(ID, 1)).isEqualTo(new NextStep(Step.RUN, NOW));
	}

	@Test
	void callWhoseClaimWasTakenBackBeforeItIsDoneHasAStep() throws Exception {
		given(this.store.find(ID)).willReturn(approval(DurableState.DECIDED));
		given(this.store.findCall(ID)).willReturn(call());
		given(this.approvedCalls.run(any(), any())).willReturn(Result.DONE);
		assertThat(this.step.perform(ID, 1)).isEqualTo(new NextStep(Step.RUN, NOW));
	}

	private static DurableCall call() {
		DecisionEvidence evidence = new DecisionEvidence(ID, HASH, "approve", SignatureForm.TEXT, "signed", "c2ln",
				"key-1", "key");
		return new DurableCall(approval(DurableState.DECIDED), "target", DurableCall.onePairing("default"),
				"command.review", PLAINTEXT, "{}", Map.of(), 0, CallKeys.NONE,
				List.of(new StoredBallot(ID, ID, "default", 0, PLAINTEXT,
						new SealedArtifact(new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), "pairing-1",
								List.of()),
						new StoredDecision(
								new ApprovalDecision(ID, Verdict.APPROVE, null, "key-1", "fingerprint", evidence),
								null),
						null, null, null)));
	}

	private static DurableApproval approval(DurableState state) {
		Instant expiresAt = NOW.plus(Duration.ofHours(1));
		return new DurableApproval(ID, "gate", "Label", state, null, NOW, expiresAt,
				expiresAt.plus(Duration.ofMinutes(5)), null, null, null, null, null, null, 1, List.of(), List.of());
	}

}
