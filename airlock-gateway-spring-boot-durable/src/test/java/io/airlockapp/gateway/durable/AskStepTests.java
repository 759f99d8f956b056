/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.ScriptedGateway.Exchange;
import io.airlockapp.gateway.durable.ScriptedGateway.Fault;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link AskStep} at its edges: decisions that arrive late, and failures of the
 * gateway, the database and the store of pairings.
 */
class AskStepTests extends StepTests {

	@Test
	void nothingIsSubmittedWhileCallsAreHalted() {
		DurableApproval call = this.instance.record();
		this.instance.halted = true;
		NextStep next = this.ask.perform(call.id());
		assertThat(next).isNotNull();
		assertThat(next.time()).isAfter(this.instance.now);
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertState(call.id(), DurableState.RECORDED);
		this.instance.halted = false;
		assertThat(this.ask.perform(call.id())).isNotNull();
		assertState(call.id(), DurableState.SUBMITTED);
	}

	@Test
	void callThatIsNotSubmittedTimesOutWhileCallsAreHalted() {
		DurableApproval call = this.instance.record();
		this.instance.halted = true;
		this.instance.now = call.expiresAt();
		assertEnds(call, DurableState.TIMED_OUT, null);
	}

	@Test
	void decisionThatIsMadeWhileCallsAreHaltedIsNotLost() {
		DurableApproval call = submitted();
		this.instance.halted = true;
		approve(call);
		assertBecomesDecided(call);
	}

	@Test
	void forgottenRequestIsNotSubmittedAgainWhileCallsAreHalted() {
		DurableApproval call = submitted();
		this.instance.gateway.exchanges.remove(call.id());
		this.instance.halted = true;
		assertThat(this.ask.perform(call.id())).isNotNull();
		assertThat(this.instance.gateway.exchanges).isEmpty();
		this.instance.halted = false;
		assertThat(this.ask.perform(call.id())).isNotNull();
		assertThat(this.instance.gateway.exchanges).containsKey(call.id());
	}

	@Test
	void requestThatIsStillOpenAfterTheExpiryIsWithdrawn() {
		DurableApproval call = submitted();
		// As with a clock that is behind
		this.instance.gateway.exchanges.get(call.id()).expiresAt = Instant.MAX;
		this.instance.now = call.expiresAt().plusSeconds(5);
		assertEnds(call, DurableState.TIMED_OUT, null);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
		assertThat(this.instance.gateway.decide(call.id(), "approve")).isFalse();
	}

	@Test
	void requestThatIsStillOpenAfterTheTimeToStartIsWithdrawn() {
		DurableApproval call = submitted();
		this.instance.gateway.exchanges.get(call.id()).expiresAt = Instant.MAX;
		this.instance.now = call.startBy();
		assertEnds(call, DurableState.TIMED_OUT, null);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
	}

	@Test
	void failureAfterTheExpiryIsRepeatedBeforeTheTimeToStartIsOver() {
		DurableApproval call = submitted();
		this.instance.now = call.expiresAt().plusSeconds(5);
		this.instance.gateway.fail(Fault.UNAVAILABLE, 10);
		StepFailedException failure = assertFails(call);
		assertThat(failure.getLatest()).isBetween(this.instance.now, this.instance.now.plusSeconds(30));
	}

	@Test
	void failureDuringWhichTheTimeToStartIsOverIsRepeatedSoon() {
		DurableApproval call = submitted();
		this.instance.now = call.startBy().minusMillis(1);
		this.instance.gateway.onInspect = () -> this.instance.now = call.startBy().plusMillis(1);
		this.instance.gateway.fail(Fault.UNAVAILABLE, 10);
		StepFailedException failure = assertFails(call);
		assertThat(failure.getLatest()).isEqualTo(this.instance.now.plusSeconds(1));
	}

	@Test
	void failureOfTheDatabaseIsRepeatedAtTheExpiry() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.transactions.fail(0, 1, false);
		StepFailedException failure = assertFails(call);
		assertThat(failure.getLatest()).isEqualTo(call.expiresAt().plusSeconds(5));
		assertThat(this.instance.gateway.acknowledgements).isZero();
		assertBecomesDecided(call);
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(1);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", call.id())).isEqualTo(1);
	}

	@Test
	void gatewayThatDoesNotKnowTheRequestForAMomentAfterTheExpiryLosesNoDecision() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.now = call.expiresAt().plusSeconds(5);
		this.instance.gateway.fail(Fault.UNKNOWN, 2);
		StepFailedException failure = assertFails(call);
		assertThat(failure.getLatest()).isBetween(this.instance.now, this.instance.now.plusSeconds(30));
		assertBecomesDecided(call);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void callThatExpiresWhileItWaitsForItsTurnTimesOut(CapturedOutput output) {
		DurableApproval call = this.instance.record();
		this.instance.gateway.onSubmit = () -> this.instance.now = call.expiresAt();
		this.instance.gateway.fail(Fault.REFUSED, 1);
		assertEnds(call, DurableState.TIMED_OUT, null);
		assertThat(output).doesNotContain("refuses");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void callThatTheGatewayRefusesInTimeIsRefused(CapturedOutput output) {
		DurableApproval call = this.instance.record();
		this.instance.gateway.fail(Fault.REFUSED, 1);
		assertEnds(call, DurableState.REFUSED, "GATEWAY_REFUSED");
		assertThat(output).containsOnlyOnce("The gateway refuses approval " + call.id());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void changedCallEndsWithAWarning(CapturedOutput output) {
		DurableApproval call = submitted();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET LABEL = 'Other' WHERE ID = ?", call.id());
		assertEnds(call, DurableState.REFUSED, "NOT_VERIFIED");
		assertThat(output.getOut().lines().filter((line) -> line.contains("REFUSED (NOT_VERIFIED)"))).singleElement()
			.asString()
			.contains("WARN", call.id());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void decisionThatDoesNotVerifyIsLoggedAgainAfterOneThatDoes(CapturedOutput output) {
		List<DurableApproval> calls = List.of(submitted(), submitted());
		for (DurableApproval call : calls) {
			this.instance.gateway.fail(Fault.GARBAGE, 1);
			this.ask.perform(call.id());
			approve(call);
			this.ask.perform(call.id());
			assertState(call.id(), DurableState.DECIDED);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("does not verify, and is ignored")))
			.allMatch((line) -> line.contains("WARN"))
			.hasSameSizeAs(calls);
	}

	@Test
	void requestThatTheGatewayDoesNotKnowMinutesAfterTheExpiryTimesOut() {
		DurableApproval call = TestInstance
			.record(this.instance.recorder(TestInstance.settings(Duration.ofHours(1), 0)), TestInstance.call());
		this.ask.perform(call.id());
		this.instance.gateway.exchanges.clear();
		this.instance.now = call.expiresAt().plusSeconds(299);
		assertFails(call);
		assertState(call.id(), DurableState.SUBMITTED);
		this.instance.now = call.expiresAt().plusSeconds(300);
		assertEnds(call, DurableState.TIMED_OUT, null);
	}

	@ParameterizedTest
	@CsvSource({ "approve, true", "reject, false" })
	void decisionOnRequestThatWasSentBeforeTheProcessStoppedIsFoundTooLate(String decision, boolean unstarted) {
		DurableApproval call = sent();
		assertState(call.id(), DurableState.RECORDED);
		assertThat(this.instance.gateway.decide(call.id(), decision)).isTrue();
		this.instance.now = call.startBy();
		this.ask.perform(call.id());
		DurableApproval ended = this.instance.store.find(call.id());
		assertThat(ended.state()).isEqualTo(DurableState.TIMED_OUT);
		assertThat(ended.problem()).isEqualTo("FOUND_TOO_LATE");
		assertThat(ended.endedUnstarted()).isEqualTo(unstarted);
	}

	@Test
	void refusalOfRequestThatWasAcceptedBeforeTheProcessStoppedEndsNothing() {
		DurableApproval call = sent();
		approve(call);
		this.instance.gateway.fail(Fault.REFUSED, 1);
		this.ask.perform(call.id());
		assertBecomesDecided(call);
	}

	@Test
	void policyEndsNoCallThatWasApprovedBeforeTheProcessStopped() {
		DurableApproval call = sent();
		approve(call);
		this.instance.gateway.fail(Fault.UNAVAILABLE, 10);
		catchThrowableOfType(StepFailedException.class, () -> this.instance.ask((any) -> true).perform(call.id()));
		assertState(call.id(), DurableState.RECORDED);
		this.instance.gateway.fail(Fault.UNAVAILABLE, 0);
		this.instance.ask((any) -> true).perform(call.id());
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void policyWithdrawsRequestThatWasSentBeforeTheProcessStopped() {
		DurableApproval call = sent();
		this.instance.ask((any) -> true).perform(call.id());
		assertThat(this.instance.store.find(call.id()).problem()).isEqualTo("POLICY");
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
	}

	@Test
	void policyEndsNoCallWhoseRequestTheGatewayStillHolds() {
		DurableApproval call = sent();
		// The withdrawal has no effect
		this.instance.gateway.fail(Fault.UNKNOWN, 1);
		assertThat(catchThrowableOfType(StepFailedException.class,
				() -> this.instance.ask((any) -> true).perform(call.id())))
			.hasMessageContaining("cannot be withdrawn");
		assertState(call.id(), DurableState.RECORDED);
		approve(call);
		this.instance.ask((any) -> true).perform(call.id());
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void pairingThatIsReplacedAfterTheGatewayAcceptedTheRequestChangesNothing() {
		DurableApproval call = sent();
		replacePairing();
		approve(call);
		this.ask.perform(call.id());
		assertBecomesDecided(call);
	}

	@Test
	void requestThatTheGatewayNeverAcceptedIsEncryptedForThePairingThatReplacedAnother() {
		DurableApproval call = this.instance.record();
		this.instance.gateway.fail(Fault.UNAVAILABLE, 10);
		assertFails(call);
		replacePairing();
		assertFails(call);
		this.instance.gateway.fail(Fault.UNAVAILABLE, 0);
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED);
		StoredBallot ballot = this.instance.store.findCall(call.id()).ballot(call.id());
		assertThat(ballot.artifact().signerKeys()).isEqualTo(this.instance.pairing.signerKeys());
		assertThat(this.instance.exchange.isSealedFor(ballot.artifact(), ballot.hash(), "default")).isTrue();
	}

	@Test
	void forgottenRequestIsLeftToInstancesWithItsPairing() {
		DurableApproval call = submitted();
		Pairing asked = this.instance.pairing;
		replacePairing();
		this.instance.gateway.exchanges.clear();
		assertThat(this.ask.perform(call.id())).isNotNull();
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertThat(this.instance.otherPairings.findGates()).containsExactly("Payouts.pay");
		assertState(call.id(), DurableState.SUBMITTED);
		this.instance.pairing = asked;
		this.ask.perform(call.id());
		assertThat(this.instance.gateway.exchanges).containsKey(call.id());
		assertThat(this.instance.otherPairings.findGates()).isEmpty();
	}

	/**
	 * A gateway that denies to hold the request, and delivers a decision on it later.
	 */
	@Test
	void decisionForRevokedPairingDoesNotCountWhenPhoneIsPairedAgain() {
		DurableApproval call = sent();
		Map<String, Exchange> former = new HashMap<>(this.instance.gateway.exchanges);
		approve(call);
		this.instance.gateway.exchanges.clear();
		byte[] key = new byte[32];
		key[0] = 1;
		this.instance.pairing = new Pairing("other-secret", EncryptionKey.of(key),
				List.of(this.instance.gateway.signerKey()));
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED);
		Map<String, Exchange> renewed = new HashMap<>(this.instance.gateway.exchanges);
		this.instance.gateway.exchanges.putAll(former);
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED);
		assertThat(this.instance.unverified).isOne();
		this.instance.gateway.exchanges.putAll(renewed);
		approve(call);
		this.ask.perform(call.id());
		assertBecomesDecided(call);
	}

	private void replacePairing() {
		byte[] key = new byte[32];
		key[0] = 1;
		this.instance.pairing = new Pairing("other-secret", EncryptionKey.of(key),
				List.of(SignerKey.of("key-2", "bssqPn/iye8PY+o2bg8oO9txYnkJBm/3RyMx8i5Wt4w=")),
				Map.of(this.instance.gateway.pairing().id(), List.of(this.instance.gateway.signerKey())));
	}

	@ParameterizedTest
	@MethodSource("failuresOfPairings")
	void storeOfPairingsThatIsNotAvailableEndsNothing(RuntimeException failure) {
		DurableApproval call = submitted();
		this.instance.failureOfPairings = failure;
		approve(call);
		this.instance.pairingsFail = true;
		assertFails(call);
		assertState(call.id(), DurableState.SUBMITTED);
		this.instance.pairingsFail = false;
		assertBecomesDecided(call);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void callWithADecisionThatCannotBeVerifiedEndsAfterTheTimeToStart(boolean cancelled) {
		DurableApproval call = submitted();
		approve(call);
		if (cancelled) {
			this.instance.approvals().cancel(call.id());
		}
		this.instance.pairingsFail = true;
		this.instance.now = call.startBy();
		assertThat(this.ask.perform(call.id())).isNull();
		assertState(call.id(), cancelled ? DurableState.CANCELLED : DurableState.TIMED_OUT);
	}

	/**
	 * As after a restore of one of the tables.
	 */
	@Test
	void undecidedCallWhoseBallotIsSettledEnds() {
		DurableApproval call = submitted();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET PROBLEM = 'DECISION_LOST'");
		assertThat(this.ask.perform(call.id())).isNull();
		assertThat(this.instance.state(call.id()).isEnded()).isTrue();
		DurableApproval approved = submitted();
		assertThat(this.instance.gateway.decide(approved.id(), "approve")).isTrue();
		this.ask.perform(approved.id());
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'SUBMITTED' WHERE ID = ?", approved.id());
		assertThat(this.ask.perform(approved.id())).isNull();
		assertState(approved.id(), DurableState.DECIDED);
	}

	static Stream<RuntimeException> failuresOfPairings() {
		return Stream.of(new IllegalStateException("down"), new AirlockGatewayException("down", null, null),
				new ApprovalUnavailableException("down", null, null));
	}

	@Test
	void revocationWhileTheDecisionIsReceivedIsNoUnverifiedDecision() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.gateway.onWait = () -> this.instance.pairing = null;
		assertFails(call);
		assertState(call.id(), DurableState.SUBMITTED);
		assertThat(this.instance.unverified).isZero();
		assertEnds(call, DurableState.REFUSED, "PAIRING_REVOKED");
	}

	@ParameterizedTest
	@EnumSource(names = { "ASK_FIRST", "ASK" })
	void cancellationIsFollowedAtOnceAlthoughTheNextStepIsLater(Step step) {
		DurableApproval call = submitted();
		// As after failures
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_ASK SET TASK_NAME = ?, EXECUTION_TIME = ?", step.taskName(),
				this.instance.now.plus(Duration.ofMinutes(5)).atOffset(ZoneOffset.UTC));
		assertThat(this.instance.approvals().cancel(call.id())).isTrue();
		assertThat(this.instance.jdbc.queryForObject(
				"SELECT COUNT(*) FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ? AND EXECUTION_TIME <= ?",
				Integer.class, call.id(), this.instance.now.atOffset(ZoneOffset.UTC)))
			.isEqualTo(1);
		assertEnds(call, DurableState.CANCELLED, null);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
		assertThat(this.ask.perform(call.id())).isNull();
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
	}

	@Test
	void requestThatIsSentWhileItsCallIsCancelledIsWithdrawn() {
		DurableApproval call = this.instance.record();
		this.instance.gateway.onSubmit = () -> {
			this.instance.gateway.onSubmit = () -> {
			};
			assertThat(this.instance.approvals().cancel(call.id())).isTrue();
			assertThat(this.ask.perform(call.id())).isNull();
			assertState(call.id(), DurableState.CANCELLED);
		};
		assertThat(this.ask.perform(call.id())).isNull();
		assertThat(this.instance.gateway.exchanges).containsKey(call.id());
		assertThat(this.instance.gateway.decide(call.id(), "approve")).isFalse();
	}

	@Test
	void messageThatDoesNotClaimToBeDecisionIsNone() {
		DurableApproval call = submitted();
		approve(call);
		this.instance.gateway.fail(Fault.FOREIGN, 1);
		assertBecomesDecided(call);
	}

	@Test
	void callsOfOneCallerThatExpireTogetherDoNotDelayThatOfAnother() {
		CallRecorder recorder = this.instance.recorder();
		List<String> many = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			many.add(recorder.record(TestInstance.call(null, "eve")));
		}
		String other = recorder.record(TestInstance.call(null, "ann"));
		many.forEach(this.ask::perform);
		this.ask.perform(other);
		assertThat(this.instance.gateway.decide(other, "approve")).isTrue();
		this.instance.now = this.instance.store.find(other).expiresAt().plusSeconds(5);
		List<NextStep> later = many.stream().map(this.ask::perform).filter(Objects::nonNull).toList();
		assertThat(later).hasSizeGreaterThan(50)
			.allMatch((next) -> next.step() == Step.ASK && next.time().isAfter(this.instance.now));
		this.ask.perform(other);
		assertState(other, DurableState.DECIDED);
		this.instance.pass(Duration.ofMinutes(3));
		many.forEach((id) -> assertThat(this.ask.perform(id)).isNull());
		assertThat(many).allMatch((id) -> this.instance.state(id) == DurableState.TIMED_OUT);
	}

	@Test
	void revokedPairingEndsTheCall() {
		DurableApproval call = submitted();
		this.instance.pairing = null;
		assertEnds(call, DurableState.REFUSED, "PAIRING_REVOKED");
		assertThat(this.instance.gateway.withdrawals).isEqualTo(1);
	}

	/**
	 * Record a call whose process stops when its artifact is stored and sent, and the
	 * state after its submission is not stored.
	 */
	private DurableApproval sent() {
		DurableApproval call = this.instance.record();
		this.instance.transactions.fail(1, 1, false);
		assertFails(call);
		return call;
	}

}
