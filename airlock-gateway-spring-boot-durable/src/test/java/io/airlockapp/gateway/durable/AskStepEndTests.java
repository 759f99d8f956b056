/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.ScriptedGateway.Fault;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what follows a step of {@link AskStep}, and for the ends of calls before a
 * decision.
 */
class AskStepEndTests extends StepTests {

	private static final EncryptionKey NEXT_KEY = EncryptionKey.of("next-encryption-key-for-the-test".getBytes());

	private static final EncryptionKey LAST_KEY = EncryptionKey.of("last-encryption-key-for-the-test".getBytes());

	@Test
	void submittedCallIsPolledAfterPause() {
		DurableApproval call = this.instance.record();
		assertThat(this.ask.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now().plusSeconds(1)));
		assertThat(this.ask.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now().plusSeconds(1)));
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void decidedCallAndUnknownOneHaveNoFurtherStep() {
		DurableApproval call = submitted();
		approve(call);
		assertBecomesDecided(call);
		assertThat(this.ask.perform(call.id())).isNull();
		assertThat(this.ask.perform("req-unknown")).isNull();
	}

	@Test
	void callThatIsCancelledDuringAStepIsWithdrawnAtOnce() {
		DurableApproval call = this.instance.record();
		AskStep cancelled = this.instance.ask((asked) -> approvals().cancel(call.id()));
		assertThat(cancelled.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now()));
		assertState(call.id(), DurableState.CANCELLING, null);
	}

	@Test
	void callThatAPolicyDeniesIsNotSubmitted() {
		DurableApproval call = this.instance.record();
		assertThat(this.instance.ask((asked) -> true).perform(call.id())).isNull();
		assertEnded(call, DurableState.REFUSED, "POLICY");
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertThat(this.instance.gateway.withdrawals).isZero();
	}

	@Test
	void callThatIsNotSubmittedInTimeIsNeverSubmitted() {
		DurableApproval call = this.instance.record();
		this.instance.now = call.expiresAt();
		assertEnds(call, DurableState.TIMED_OUT, null);
		assertThat(this.instance.gateway.exchanges).isEmpty();
	}

	@Test
	void callIsSubmittedUntilItsExpiryOnly() {
		DurableApproval call = this.instance.record();
		this.instance.now = call.expiresAt().minusMillis(1);
		assertThat(this.ask.perform(call.id())).isNotNull();
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void requestThatMayHaveBeenSentIsPolledAfterExpiry() {
		DurableApproval call = sealed();
		this.instance.gateway.exchanges.clear();
		this.instance.now = call.expiresAt();
		assertFails(call);
		assertState(call.id(), DurableState.RECORDED, null);
		this.instance.now = call.startBy();
		assertEnds(call, DurableState.TIMED_OUT, null);
	}

	@Test
	void requestWhoseResponseWasLostIsPolledAfterExpiry() {
		DurableApproval call = this.instance.record();
		this.instance.gateway.fail(Fault.LOST_ANSWER, 1);
		assertFails(call);
		this.instance.gateway.exchanges.get(call.id()).expiresAt = Instant.MAX;
		this.instance.now = call.expiresAt();
		assertThat(this.ask.perform(call.id()))
			.isEqualTo(new NextStep(Step.ASK_FIRST, call.expiresAt().plusSeconds(5)));
		assertState(call.id(), DurableState.RECORDED, null);
		approve(call);
		assertBecomesDecided(call);
	}

	@Test
	void requestThatGatewayForgetsIsSubmittedAgainAndPolledAfterPause() {
		DurableApproval call = submitted();
		this.instance.gateway.exchanges.clear();
		assertThat(this.ask.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now().plusSeconds(1)));
		assertThat(this.instance.gateway.exchanges).containsKey(call.id());
		assertThat(this.instance.gateway.ciphertexts.get(call.id())).hasSize(1);
	}

	@Test
	void artifactOfAnotherInstanceIsNotReplaced() {
		DurableApproval call = this.instance.record();
		AskStep late = this.instance.ask((asked) -> {
			// The other instance is faster
			this.ask.perform(call.id());
			return false;
		});
		assertThat(late.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now().plusSeconds(1)));
		assertThat(this.instance.gateway.ciphertexts.get(call.id())).hasSize(1);
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void sameArtifactIsSentAgainWithTheSamePairing() {
		DurableApproval call = sealed();
		SealedArtifact artifact = artifact(call);
		this.ask.perform(call.id());
		assertThat(artifact(call)).isEqualTo(artifact);
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void otherContentOfTheSameIdEndsTheCall() {
		DurableApproval call = this.instance.record();
		this.instance.gateway.exchanges.put(call.id(), this.instance.gateway.new Exchange("b".repeat(64), Instant.MAX));
		assertEnds(call, DurableState.REFUSED, "GATEWAY_REFUSED");
	}

	@Test
	void failureOfTheSubmissionEndsNothing() {
		for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.QUOTA, Fault.UNKNOWN)) {
			DurableApproval call = this.instance.record();
			this.instance.gateway.fail(fault, 1);
			assertFails(call);
			assertState(call.id(), DurableState.RECORDED, null);
			assertThat(this.ask.perform(call.id())).isNotNull();
			assertState(call.id(), DurableState.SUBMITTED, null);
		}
	}

	@Test
	void undeliveredDecisionIsRequestedUntilTimeToStartEnds() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.gateway.withholding = true;
		this.instance.now = call.expiresAt().plusSeconds(5);
		assertThat(assertFails(call)).hasMessageContaining("does not deliver");
		this.instance.now = call.startBy().minusMillis(1);
		assertThat(assertFails(call)).hasMessageContaining("does not deliver");
		assertState(call.id(), DurableState.SUBMITTED, null);
		this.instance.now = call.startBy();
		assertEnds(call, DurableState.TIMED_OUT, "DECISION_LOST");
	}

	@Test
	void decisionThatIsDeliveredLateStillCounts() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.now = call.startBy().minusMillis(1);
		assertBecomesDecided(call);
	}

	@Test
	void undecidedCallEndsAtItsLastRequest() {
		DurableApproval call = submitted();
		this.instance.gateway.exchanges.get(call.id()).expiresAt = Instant.MAX;
		this.instance.now = call.expiresAt();
		assertThat(this.ask.perform(call.id()))
			.isEqualTo(new NextStep(Step.ASK_FIRST, call.expiresAt().plusSeconds(5)));
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void stateThatIsNotKnownEndsNothing() {
		DurableApproval call = submitted();
		this.instance.now = call.expiresAt();
		this.instance.gateway.fail(Fault.UNAVAILABLE, 10);
		assertFails(call);
		assertState(call.id(), DurableState.SUBMITTED, null);
	}

	@Test
	void requestThatOthersWithdrewIsRefused() {
		DurableApproval call = submitted();
		this.instance.gateway.exchanges.get(call.id()).withdrawn = true;
		this.instance.now = call.expiresAt();
		assertEnds(call, DurableState.REFUSED, "WITHDRAWN");
	}

	@Test
	void callOfAnotherPairingIsLeftToOtherInstances() {
		DurableApproval call = submitted();
		approve(call);
		Pairing asked = this.instance.pairing;
		this.instance.pairing = new ScriptedGateway(this.instance.clock).pairing();
		for (Predicate<DurableCall> denied : List.<Predicate<DurableCall>>of((any) -> false, (any) -> true)) {
			NextStep next = this.instance.ask(denied).perform(call.id());
			assertThat(next.time()).isAfterOrEqualTo(this.instance.now.plusSeconds(5));
			assertState(call.id(), DurableState.SUBMITTED, null);
		}
		assertThat(this.instance.gateway.acknowledgements).isZero();
		assertThat(this.instance.otherPairings.findGates()).containsExactly("Payouts.pay");
		this.instance.pairing = asked;
		assertBecomesDecided(call);
		assertThat(this.instance.otherPairings.findGates()).isEmpty();
	}

	/**
	 * Instances look for due steps at one interval, of which equal pauses can be
	 * multiples.
	 */
	@Test
	void callOfAnotherPairingIsLeftForARandomPause() {
		DurableApproval call = submitted();
		this.instance.pairing = new ScriptedGateway(this.instance.clock).pairing();
		List<Duration> pauses = Stream.of(0L, -1L)
			.map((random) -> new AskStep(this.instance.dependencies, this.instance.exchange, (any) -> false,
					this.instance.otherPairings, () -> this.instance.unverified++, () -> false, () -> random))
			.map((other) -> Duration.between(this.instance.now, other.perform(call.id()).time()))
			.toList();
		assertThat(pauses.get(0)).isEqualTo(Duration.ofMillis(2500));
		assertThat(pauses.get(1)).isCloseTo(Duration.ofMillis(7500), Duration.ofMillis(1));
	}

	@Test
	void callOfAnotherPairingEndsAtTheTimeToStart() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.pairing = new ScriptedGateway(this.instance.clock).pairing();
		this.instance.now = call.startBy();
		assertEnds(call, DurableState.TIMED_OUT, "DECISION_LOST");
	}

	@Test
	void cancelledCallOfAnotherPairingEnds() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.approvals().cancel(call.id());
		this.instance.pairing = new ScriptedGateway(this.instance.clock).pairing();
		assertEnds(call, DurableState.CANCELLED, null);
	}

	@Test
	void changedCallIsWithdrawnAndRefused() {
		DurableApproval call = submitted();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET EXPIRES_AT = EXPIRES_AT + 1");
		assertEnds(call, DurableState.REFUSED, "NOT_VERIFIED");
		assertThat(this.instance.gateway.withdrawals).isOne();
	}

	@Test
	void keyThatWasRetiredSinceTheRequestCounts() {
		DurableApproval call = submitted();
		approve(call);
		SignerKey renewed = new ScriptedGateway(this.instance.clock).signerKey();
		this.instance.pairing = new Pairing("routing-secret", NEXT_KEY, List.of(renewed),
				Map.of(this.instance.gateway.pairing().id(), List.of(this.instance.gateway.signerKey())));
		assertBecomesDecided(call);
	}

	/**
	 * The phone keeps its key.
	 */
	@Test
	void keyOfARevokedPairingDoesNotCountAfterAnotherPairingOfItsPhone() {
		DurableApproval call = submitted();
		approve(call);
		List<SignerKey> same = List.of(this.instance.gateway.signerKey());
		this.instance.pairing = new Pairing("routing-secret", NEXT_KEY, same);
		this.instance.pass(Duration.ofMinutes(1));
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED, null);
		this.instance.pairing = new Pairing("routing-secret", LAST_KEY, same, Map.of(this.instance.pairing.id(), same));
		this.instance.pass(Duration.ofMinutes(1));
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED, null);
		this.instance.pairing = new Pairing("routing-secret", NEXT_KEY, same,
				Map.of(this.instance.gateway.pairing().id(), same));
		this.instance.pass(Duration.ofMinutes(1));
		assertBecomesDecided(call);
	}

	@Test
	void submittedCallWithoutItsArtifactIsRefused() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = NULL");
		assertEnds(call, DurableState.REFUSED, "NOT_VERIFIED");
	}

	@Test
	void messageThatDoesNotVerifyIsCountedAndFollowedByAPause() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.gateway.fail(Fault.GARBAGE, 1);
		assertThat(this.ask.perform(call.id())).isEqualTo(new NextStep(Step.ASK_FIRST, now().plusSeconds(5)));
		assertThat(this.instance.unverified).isOne();
		assertThat(this.instance.gateway.acknowledgements).isZero();
		assertState(call.id(), DurableState.SUBMITTED, null);
		// The true decision counts
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.DECIDED, null);
	}

	@Test
	void messageThatDoesNotVerifyAtTheEndIsNotTheDecision() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.gateway.exchanges.get(call.id()).decision.put("artifactHash", "b".repeat(64));
		this.instance.now = call.startBy();
		assertThat(this.ask.perform(call.id())).isNull();
		assertThat(this.instance.unverified).isOne();
		assertEnded(call, DurableState.TIMED_OUT, null);
		assertThat(decision()).isNull();
	}

	@Test
	void cancelledCallThatWasNeverSealedIsNotWithdrawn() {
		DurableApproval call = this.instance.record();
		assertThat(approvals().cancel(call.id())).isTrue();
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(this.instance.gateway.withdrawals).isZero();
	}

	@Test
	void cancelledCallIsWithdrawn() {
		DurableApproval call = cancelling();
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
		assertThat(this.instance.gateway.decide(call.id(), "approve")).isFalse();
	}

	@Test
	void cancellationWinsOverADecisionWhichIsKept() {
		DurableApproval call = cancelling();
		approve(call);
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(decision()).isNotNull();
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(1);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.RUN, call.id())).isZero();
	}

	@Test
	void decisionOfARevokedDeviceIsNotKeptByACancellation() {
		DurableApproval call = cancelling();
		approve(call);
		this.instance.pairing = null;
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(decision()).isNull();
		assertThat(this.instance.gateway.acknowledgements).isZero();
	}

	@Test
	void messageThatDoesNotVerifyDoesNotPreventACancellation() {
		DurableApproval call = cancelling();
		approve(call);
		this.instance.gateway.exchanges.get(call.id()).decision.put("artifactHash", "b".repeat(64));
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(this.instance.unverified).isOne();
	}

	@Test
	void cancelledCallThatTheGatewayDoesNotKnowEnds() {
		DurableApproval call = cancelling();
		this.instance.gateway.exchanges.clear();
		assertEnds(call, DurableState.CANCELLED, null);
	}

	@Test
	void withdrawalIsRepeatedUntilTheTimeToStartIsOver() {
		DurableApproval call = cancelling();
		this.instance.gateway.fail(Fault.UNAVAILABLE, 100);
		assertFails(call);
		this.instance.now = call.startBy().minusMillis(1);
		assertFails(call);
		assertState(call.id(), DurableState.CANCELLING, null);
		this.instance.now = call.startBy();
		assertEnds(call, DurableState.CANCELLED, null);
	}

	private DurableApprovals approvals() {
		return this.instance.approvals();
	}

	private Instant now() {
		return this.instance.now;
	}

	/**
	 * Record a call whose submission fails before the gateway gets it.
	 */
	private DurableApproval sealed() {
		DurableApproval call = this.instance.record();
		this.instance.gateway.fail(Fault.UNAVAILABLE, 1);
		assertFails(call);
		assertThat(artifact(call)).isNotNull();
		return call;
	}

	private DurableApproval cancelling() {
		DurableApproval call = submitted();
		assertThat(approvals().cancel(call.id())).isTrue();
		assertState(call.id(), DurableState.CANCELLING, null);
		return call;
	}

	private SealedArtifact artifact(DurableApproval call) {
		return this.instance.store.findCall(call.id()).ballot(call.id()).artifact();
	}

	private @Nullable String decision() {
		return this.instance.jdbc.queryForObject("SELECT DECISION FROM AIRLOCK_DURABLE_BALLOT", String.class);
	}

}
