/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.HarpJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for the escalation of recorded calls: two of Ann and Bob, and after two minutes
 * Cleo, have to approve.
 */
class GroupEscalationTests extends GroupStepTests {

	private static final Duration STEP = Duration.ofMinutes(2);

	private final EscalateStep escalate = this.instance.escalate();

	@Test
	void stepAddsRequestsAtItsTime() {
		submitted("shifts");
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ESCALATE, this.id)).isOne();
		vote("ann", "approve");
		assertThat(this.escalate.perform(this.id))
			.isEqualTo(new NextStep(Step.ESCALATE, TestInstance.START.plus(STEP)));
		assertThat(ballots()).containsOnlyKeys("ann", "bob");
		this.instance.now = TestInstance.START.plus(STEP);
		assertThat(this.escalate.perform(this.id))
			.isEqualTo(new NextStep(Step.ESCALATE, call().approval().expiresAt()));
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo", "cleo-2");
		assertThat(this.escalate.perform(this.id)).isNotNull();
		assertThat(ballots()).hasSize(4);
		JsonNode shown = shown("cleo");
		assertThat(shown.path("description").asString()).startsWith(
				"2 of the 3 approvers of 'shifts' must approve. Asked in addition after 2 min without a decision\n");
		assertThat(shown.path("call").path("step").asInt()).isOne();
		assertThat(shown("bob").path("description").asString())
			.startsWith("2 of the 3 approvers of 'shifts' must approve\n");
		assertThat(this.instance.progress).containsExactly("ann APPROVE", "step 1 [cleo, cleo-2]");
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, ballot("cleo"))).isOne();
		assertThat(this.instance.approvals().find(this.id).orElseThrow().asked()).containsExactly("bob", "cleo",
				"cleo-2");
		assertThat(perform("cleo")).isNotNull();
		vote("cleo", "approve");
		assertState(this.id, DurableState.DECIDED);
		assertThat(this.escalate.perform(this.id)).isNull();
	}

	@Test
	void stepThatBecomesDueDuringExecutionIsLeftToNextExecution() {
		submitted("shifts");
		Instant due = TestInstance.START.plus(STEP);
		this.instance.now = due.minusMillis(1);
		DurableCallStore store = mock(delegatesTo(this.instance.store));
		willAnswer((invocation) -> {
			this.instance.now = due.plusMillis(1);
			return this.instance.store.findCall(this.id);
		}).given(store).findCall(this.id);
		EscalateStep slow = new EscalateStep(dependencies(store), () -> false);
		assertThat(slow.perform(this.id)).isEqualTo(new NextStep(Step.ESCALATE, due));
		assertThat(ballots()).containsOnlyKeys("ann", "bob");
		assertThat(slow.perform(this.id)).isNotNull();
		assertThat(ballots()).containsKeys("cleo");
	}

	@Test
	void callThatCannotBeReadIsNotEscalatedAfterItsEnd() {
		submitted("shifts");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET PLAINTEXT = 'abcdefgh' || SUBSTR(PLAINTEXT, 9)");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = 'abcdefgh' || SUBSTR(ARTIFACT, 9)");
		assertThatExceptionOfType(UnreadableCallException.class).isThrownBy(() -> this.escalate.perform(this.id));
		List<String> asked = this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE_BALLOT", String.class);
		this.instance.now = this.instance.store.find(this.id).startBy();
		assertThat(this.escalate.perform(this.id)).isNull();
		assertThat(this.ask.perform(asked.get(0))).isNull();
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo("UNREADABLE");
		assertThat(this.escalate.perform(this.id)).isNull();
	}

	@Test
	void changedCallIsEndedWithoutAnOpenRequest() {
		submitted("shifts");
		vote("ann", "approve");
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_NAME <> 'airlock-escalate'");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET LABEL = 'Other'");
		assertThat(this.escalate.perform(this.id)).isNotNull();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK, this.id)).isOne();
		assertThat(this.ask.perform(this.id)).isNull();
		assertState(this.id, DurableState.REFUSED, "NOT_VERIFIED");
	}

	@ParameterizedTest
	@ValueSource(strings = { "approve", "reject" })
	void decidedCallIsNotEscalated(String decision) {
		submitted("shifts");
		vote("ann", "approve");
		vote("bob", decision);
		this.instance.pass(STEP);
		assertThat(this.escalate.perform(this.id)).isNull();
		assertThat(ballots()).hasSize(2);
	}

	@Test
	void voteThatDecidesAfterTimeOfStepAddsNoRequests() {
		submitted("shifts");
		vote("ann", "approve");
		this.instance.pass(STEP);
		vote("bob", "approve");
		assertThat(ballots()).hasSize(2);
		assertThat(this.instance.progress).containsExactly("ann APPROVE", "bob APPROVE", "APPROVED");
	}

	@Test
	void stepAddsRequestsAtOnceWhenQuorumIsOutOfReach() {
		submitted("shifts");
		this.instance.phones.remove("bob");
		perform("bob");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(ballots()).hasSize(4);
		assertThat(shown("cleo-2").path("description").asString()).startsWith(
				"2 of the 3 approvers of 'shifts' must approve. Asked in addition because too few others can be asked\n");
		assertThat(this.instance.progress).containsExactly("step 1 [cleo, cleo-2] unavailable");
		passStep();
		assertThat(ballots()).hasSize(4);
		assertThat(this.instance.progress).hasSize(1);
	}

	@Test
	void stepWithoutImmediateEscalationWaitsForItsTime() {
		submitted("patient");
		this.instance.phones.remove("bob");
		perform("bob");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(ballots()).hasSize(2);
		passStep();
		assertThat(this.instance.progress).containsExactly("step 1 [cleo]");
	}

	@Test
	void cancelledCallThatWaitsForAStepEnds() {
		submitted("patient");
		this.instance.phones.remove("bob");
		perform("bob");
		vote("ann", "approve");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(this.instance.approvals().cancel(this.id)).isTrue();
		assertThat(this.ask.perform(this.id)).isNull();
		assertState(this.id, DurableState.CANCELLED);
	}

	@Test
	void personWhoApprovedReceivesNoRequestUntilApprovalIsStruck() {
		submitted("twins");
		vote("cleo", "approve");
		passStep();
		assertThat(ballots()).containsOnlyKeys("ann", "cleo", "bob");
		this.instance.phones.remove("cleo");
		vote("ann", "approve");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(ballots()).containsOnlyKeys("ann", "cleo", "bob", "cleo-2");
	}

	@Test
	void stepAddsNoRequestsAfterExpiry() {
		recorded("patient");
		this.instance.pass(Duration.ofMinutes(29));
		submit();
		vote("ann", "approve");
		this.instance.phones.remove("bob");
		perform("bob");
		assertThat(this.escalate.perform(this.id))
			.isEqualTo(new NextStep(Step.ESCALATE, call().approval().expiresAt()));
		this.instance.now = call().approval().expiresAt();
		assertThat(this.escalate.perform(this.id)).isNull();
		assertThat(ballots()).hasSize(2);
		assertState(this.id, DurableState.TIMED_OUT);
	}

	@Test
	void othersCanStillDecideAfterTheExpiry() {
		submitted("shifts");
		decideOn("ann", "approve");
		decideOn("bob", "approve");
		this.instance.now = call().approval().expiresAt().plusSeconds(6);
		assertThat(this.escalate.perform(this.id)).isEqualTo(new NextStep(Step.ESCALATE, call().approval().startBy()));
		perform("ann");
		perform("bob");
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void callThatCannotBeSubmittedIsEscalated() {
		recorded("shifts");
		passStep();
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo", "cleo-2");
	}

	@Test
	void timeOfStepBeginsWithFirstRequests() {
		record("shifts");
		this.instance.pass(STEP.multipliedBy(5));
		open();
		assertThat(this.escalate.perform(this.id)).isEqualTo(new NextStep(Step.ESCALATE, this.instance.now.plus(STEP)));
		assertThat(ballots()).containsOnlyKeys("ann", "bob");
		passStep();
		assertThat(ballots()).hasSize(4);
	}

	@Test
	void timeOfAStepBeginsAfterAHalt() {
		recorded("shifts");
		this.instance.halted = true;
		for (int i = 0; i < 5; i++) {
			this.instance.pass(STEP);
			assertThat(this.escalate.perform(this.id))
				.isEqualTo(new NextStep(Step.ESCALATE, this.instance.now.plusSeconds(60)));
		}
		this.instance.halted = false;
		assertThat(this.escalate.perform(this.id)).isEqualTo(new NextStep(Step.ESCALATE, this.instance.now.plus(STEP)));
		assertThat(ballots()).containsOnlyKeys("ann", "bob");
		passStep();
		assertThat(ballots()).hasSize(4);
	}

	@Test
	void haltDoesNotDelayTheStepsOfASubmittedCall() {
		submitted("shifts");
		this.instance.halted = true;
		this.instance.pass(STEP);
		assertThat(this.escalate.perform(this.id))
			.isEqualTo(new NextStep(Step.ESCALATE, call().approval().expiresAt()));
		assertThat(ballots()).hasSize(4);
	}

	@Test
	void callThatEndsBeforeStepIsNotRecorded() {
		CallRecorder recorder = this.instance.recorder();
		WrittenCall call = TestInstance.call("shifts");
		ApprovalRequest shorter = ApprovalRequest.builder("Pay", "Payouts.pay(\"ann\")")
			.gate("Payouts.pay")
			.approvers("shifts")
			.timeout(STEP)
			.build();
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> recorder
				.record(new WrittenCall(call.target(), shorter, call.arguments(), call.comparable(), null)))
			.withMessageContaining("airlock.gateway.approvers.shifts.escalation[0].after");
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void stepSendsOneRequestPerPhoneWhenProcessStops(boolean committed) {
		submitted("shifts");
		this.instance.pass(STEP);
		this.instance.transactions.fail(0, 1, committed);
		assertThat(catchThrowable(() -> this.escalate.perform(this.id))).isNotNull();
		this.escalate.perform(this.id);
		assertThat(ballots()).hasSize(4);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot("cleo"))).isOne();
	}

	@Test
	void missingStepIsScheduled() {
		submitted("board");
		submitted("shifts");
		assertThat(this.instance.missingSteps().schedule()).isZero();
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_NAME = 'airlock-escalate'");
		assertThat(this.instance.missingSteps().schedule()).isOne();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ESCALATE, this.id)).isOne();
		vote("bob", "reject");
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_NAME = 'airlock-escalate'");
		this.instance.missingSteps().schedule();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ESCALATE, this.id)).isZero();
	}

	@Test
	void votesWithoutAStepThatCountsThemAreCounted() {
		submitted("shifts");
		vote("ann", "approve");
		Pairing ann = this.instance.phones.get("ann");
		pair("ann");
		decideOn("bob", "approve");
		assertThat(perform("bob")).isNotNull();
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_NAME <> 'airlock-escalate'");
		assertThat(this.instance.missingSteps().schedule()).isZero();
		this.escalate.perform(this.id);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK, this.id)).isOne();
		this.instance.phones.put("ann", ann);
		this.ask.perform(this.id);
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void cancellationWithdrawsTheRequestsOfAStep() {
		submitted("shifts");
		passStep();
		perform("cleo");
		assertThat(this.instance.approvals().cancel(this.id)).isTrue();
		assertThat(this.escalate.perform(this.id)).isNull();
		ballots().values().forEach(this.ask::perform);
		assertState(this.id, DurableState.CANCELLED);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "AIRLOCK_DURABLE_BALLOT SET STEP = 2 WHERE PAIRING = 'cleo'",
			"AIRLOCK_DURABLE SET APPROVERS = REPLACE(APPROVERS, '120000', '1')" })
	void changedRowEndsTheCall(String change) {
		submitted("shifts");
		passStep();
		String cleo = ballot("cleo");
		assertThat(this.instance.jdbc.update("UPDATE " + change)).isOne();
		this.escalate.perform(this.id);
		this.ask.perform(cleo);
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo("NOT_VERIFIED");
	}

	/**
	 * Let the time of a step pass, and perform it.
	 */
	private void passStep() {
		this.instance.pass(STEP);
		this.escalate.perform(this.id);
	}

	private void submitted(String approvers) {
		recorded(approvers);
		submit();
		this.instance.progress.clear();
	}

	private void recorded(String approvers) {
		record(approvers);
		open();
	}

	private JsonNode shown(String name) {
		return HarpJson.mapper().readTree(call().ballot(ballot(name)).plaintext());
	}

}
