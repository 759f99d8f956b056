/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for recorded calls that a group decides on: two of the three persons Ann, Bob and
 * Cleo, of whom Cleo has two devices.
 */
class GroupCallTests extends GroupStepTests {

	@BeforeEach
	void recordAndOpen() {
		record("board");
		open();
	}

	@Test
	void eachPairingHasABallotWithAStep() {
		assertThat(this.id).startsWith("call-");
		assertThat(ballots()).containsOnlyKeys(PHONES);
		assertThat(ballots().values()).allSatisfy((ballot) -> {
			assertThat(ballot).startsWith("req-");
			assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot)).isEqualTo(1);
		});
		assertThat(this.ask.perform(this.id)).isNull();
		assertThat(call().ballots()).hasSize(PHONES.size());
		assertThat(this.instance.gateway.exchanges).isEmpty();
	}

	@Test
	void ballotsShowTheSameCall() {
		List<ObjectNode> shown = call().ballots().stream().map((ballot) -> {
			ObjectNode plaintext = (ObjectNode) HarpJson.mapper().readTree(ballot.plaintext());
			assertThat(plaintext.get("requestId").asString()).isEqualTo(ballot.id());
			assertThat(plaintext.get("pairing").asString()).isEqualTo(ballot.pairing());
			assertThat(plaintext.get("description").asString())
				.startsWith("2 of the 3 approvers of 'board' must approve\n");
			plaintext.remove(List.of("requestId", "pairing"));
			return plaintext;
		}).toList();
		assertThat(shown).allSatisfy((plaintext) -> assertThat(plaintext).isEqualTo(shown.get(0)));
		assertThat(shown.get(0).get("call").toString())
			.isEqualTo("{\"approvers\":\"board\",\"id\":\"%s\",\"of\":3,\"quorum\":2,\"step\":0}".formatted(this.id));
	}

	@Test
	void secondPersonDecides() {
		submit();
		assertState(this.id, DurableState.SUBMITTED);
		vote("ann", "approve");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", this.id)).isZero();
		assertThat(perform("ann")).isNull();
		vote("bob", "approve");
		assertState(this.id, DurableState.DECIDED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", this.id)).isEqualTo(1);
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(2);
		run();
		assertThat(this.started).singleElement()
			.satisfies((call) -> assertThat(call.votes()).extracting(ApprovedCall.Vote::pairing)
				.containsExactlyInAnyOrder("ann", "bob"));
		assertState(this.id, DurableState.DONE);
	}

	@Test
	void twoDevicesOfOnePersonCountOnce() {
		submit();
		decideOn("cleo-2", "approve");
		vote("cleo", "approve");
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot("cleo-2"))).isEqualTo(2);
		assertThat(perform("cleo-2")).isNull();
		assertState(this.id, DurableState.SUBMITTED);
		vote("bob", "approve");
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void keyOfAnotherPairingIsNoVote() {
		submit();
		vote("ann", "approve");
		assertThat(this.instance.gateway.decide(ballot("bob"), "approve", "cleo")).isTrue();
		assertThat(perform("bob")).isNotNull();
		assertThat(this.instance.unverified).isOne();
		assertState(this.id, DurableState.SUBMITTED);
	}

	@Test
	void decisionOfAnotherBallotIsNoVote() {
		submit();
		vote("ann", "approve");
		this.instance.gateway.exchanges.get(ballot("bob")).decision = this.instance.gateway.exchanges
			.get(ballot("ann")).decision;
		assertThat(perform("bob")).isNotNull();
		assertState(this.id, DurableState.SUBMITTED);
	}

	@Test
	void oneRejectionEndsTheCall() {
		submit();
		vote("ann", "approve");
		vote("bob", "reject");
		assertState(this.id, DurableState.DENIED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", StepScheduler.Step.NOTIFY, this.id)).isEqualTo(1);
		assertThat(this.instance.approvals().decision(this.id)).hasValueSatisfying((decision) -> {
			assertThat(decision.isApproved()).isFalse();
			assertThat(decision.requestId()).isEqualTo(this.id);
			assertThat(decision.votes()).extracting(ApprovalVote::pairing).containsExactly("ann", "bob");
		});
		withdrawOthers("cleo", "cleo-2");
	}

	@Test
	void otherBallotsAreWithdrawnAfterTheDecision() {
		submit();
		approve("ann", "bob");
		withdrawOthers("cleo", "cleo-2");
		assertState(this.id, DurableState.DECIDED);
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.containsExactly(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED);
	}

	private void withdrawOthers(String... others) {
		for (String other : others) {
			String ballot = ballot(other);
			assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", StepScheduler.Step.ASK, ballot)).isEqualTo(1);
			assertThat(this.ask.perform(ballot)).isNull();
			assertThat(this.instance.gateway.decide(ballot, "approve", other)).isFalse();
			assertThat(this.ask.perform(ballot)).isNull();
		}
		assertThat(this.instance.gateway.withdrawals).isEqualTo(others.length);
	}

	@Test
	void rejectionIsNotOverruledByTheState() {
		submit();
		approve("ann", "bob");
		StoredBallot cleo = call().ballot(ballot("cleo"));
		ApprovalDecision approval = call().ballot(ballot("ann")).decision().decision();
		this.instance.store.keep(cleo, new StoredDecision(new ApprovalDecision(cleo.id(), Verdict.REJECT, null,
				approval.signerKeyId(), approval.signerKeyFingerprint(), approval.evidence()), null),
				this.instance.now);
		run();
		assertThat(this.started).isEmpty();
		assertState(this.id, DurableState.DENIED);
	}

	@Test
	void rejectionEndsACallThatIsDecidedWhileItIsReceived() {
		submit();
		vote("ann", "approve");
		decideOn("cleo", "reject");
		once((action) -> this.instance.gateway.onWait = action, () -> vote("bob", "approve"));
		assertThat(perform("cleo")).isNull();
		assertState(this.id, DurableState.DENIED);
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(3);
		run();
		assertThat(this.started).isEmpty();
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.containsExactly(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED, DurableState.DENIED);
		assertThat(this.instance.approvals().decision(this.id).orElseThrow().isApproved()).isFalse();
	}

	@Test
	void approvalOfACallThatIsDecidedWhileItIsReceivedIsKept() {
		submit();
		vote("ann", "approve");
		decideOn("cleo", "approve");
		once((action) -> this.instance.gateway.onWait = action, () -> vote("bob", "approve"));
		assertThat(perform("cleo")).isNull();
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(3);
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.containsExactly(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED);
		assertThat(this.instance.approvals().decision(this.id)).hasValueSatisfying((decision) -> {
			assertThat(decision.evidence().requestId()).isEqualTo(ballot("bob"));
			assertThat(counted(decision)).containsExactly("ann", "bob");
			assertThat(decision.votes()).hasSize(3);
		});
	}

	@Test
	void callThatWasNotEnteredDoesNotStartAfterARejection() {
		submit();
		decideOn("cleo", "reject");
		approve("ann", "bob");
		RunStep run = this.instance.run((approved, claim) -> {
			this.started.add(approved);
			assertThat(claim.getAsBoolean()).isTrue();
			perform("cleo");
			throw new IllegalStateException("not entered");
		}, new StandingTicker());
		assertThat(run.perform(this.id, 1)).isNotNull();
		this.instance.pass(Duration.ofMinutes(1));
		assertThat(run.perform(this.id, 2)).isNull();
		assertThat(this.started).hasSize(1);
		assertState(this.id, DurableState.DENIED);
		assertThat(this.instance.approvals().decision(this.id).orElseThrow().isApproved()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callThatFailedDoesNotStartAgainAfterARejection(boolean whileRunning) {
		submit();
		decideOn("cleo", "reject");
		approve("ann", "bob");
		RunStep run = this.instance.run(3, (approved, claim) -> {
			this.started.add(approved);
			assertThat(claim.getAsBoolean()).isTrue();
			if (whileRunning) {
				perform("cleo");
			}
			throw new InvocationTargetException(new IllegalStateException("failed"));
		}, new StandingTicker());
		run.perform(this.id, 1);
		perform("cleo");
		assertState(this.id, DurableState.DECIDED);
		this.instance.pass(Duration.ofMinutes(1));
		assertThat(run.perform(this.id, 2)).isNull();
		assertThat(this.started).hasSize(1);
		assertState(this.id, DurableState.FAILED);
		assertThat(this.instance.approvals().decision(this.id).orElseThrow().isApproved()).isTrue();
	}

	@Test
	void submittedCallWithoutBallotsIsNotPolled() {
		submit();
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_BALLOT");
		assertThat(this.ask.perform(this.id)).isNull();
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo("NOT_VERIFIED");
	}

	/**
	 * The method may have done its work in the start that failed.
	 */
	@Test
	void callIsNotDeniedAfterAStartThatFailedAndOneThatWasTakenBack() {
		submit();
		approve("ann", "bob");
		RunStep failing = this.instance.run(3, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			throw new InvocationTargetException(new IllegalStateException("failed"));
		}, new StandingTicker());
		assertThat(failing.perform(this.id, 1)).isNotNull();
		RunStep notEntering = this.instance.run(3, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			throw new IllegalStateException("not entered");
		}, new StandingTicker());
		assertThat(notEntering.perform(this.id, 2)).isNotNull();
		assertThat(call().starts()).isOne();
		assertThat(call().approval().claimedAt()).isNotNull();
		assertThat(call().approval().instance()).isEqualTo("one");
		decideOn("cleo", "reject");
		perform("cleo");
		assertState(this.id, DurableState.DECIDED);
		assertThat(failing.perform(this.id, 3)).isNull();
		assertState(this.id, DurableState.FAILED, IllegalStateException.class.getName());
	}

	@Test
	void callThatWasReadBeforeARejectionIsNotClaimed() {
		submit();
		decideOn("cleo", "reject");
		approve("ann", "bob");
		List<Boolean> claims = new ArrayList<>();
		RunStep run = this.instance.run((approved, claim) -> {
			// Another run begins and ends meanwhile
			this.instance.store.claim(this.id, "run-1", "two", 1, this.instance.now);
			perform("cleo");
			this.instance.store.release(this.id, "run-1", null);
			claims.add(claim.getAsBoolean());
			return ApprovedCalls.Result.NOT_STARTED;
		}, new StandingTicker());
		assertThat(run.perform(this.id, 1)).isNotNull();
		assertThat(run.perform(this.id, 2)).isNull();
		assertThat(claims).containsExactly(false);
		assertState(this.id, DurableState.DENIED);
	}

	@Test
	void secondVoteWithAKeyIsNotCounted() {
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		vote("ann", "approve");
		assertThat(this.instance.gateway.decide(ballot("bob"), "approve", "ann")).isTrue();
		perform("bob");
		assertState(this.id, DurableState.SUBMITTED);
		assertThat(this.instance.approvals().decision(this.id)).isEmpty();
		vote("cleo", "approve");
		assertThat(this.instance.approvals().decision(this.id)).hasValueSatisfying((decision) -> {
			assertThat(counted(decision)).containsExactly("ann", "cleo");
			assertThat(decision.votes()).hasSize(3);
		});
	}

	@Test
	void requestThatIsSubmittedWhileOthersDecideIsWithdrawn() {
		submit("ann", "bob", "cleo-2");
		vote("ann", "approve");
		String cleo = ballot("cleo");
		once((action) -> this.instance.gateway.onSubmit = action, () -> {
			vote("bob", "approve");
			// The gateway does not hold the request yet
			assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(cleo));
			assertThat(call().ballot(cleo).isSettled()).isFalse();
		});
		assertThat(this.ask.perform(cleo)).isNull();
		assertThat(this.instance.gateway.decide(cleo, "reject", "cleo")).isFalse();
		assertThat(call().ballot(cleo).problem()).isEqualTo("WITHDRAWN");
		assertThat(this.ask.perform(cleo)).isNull();
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void rejectionOfARequestThatIsSubmittedWhileOthersDecideEndsTheCall() {
		submit("ann", "bob", "cleo-2");
		vote("ann", "approve");
		String cleo = ballot("cleo");
		once((action) -> this.instance.gateway.onSubmit = action, () -> vote("bob", "approve"));
		this.instance.gateway.onAccept = () -> this.instance.gateway.decide(cleo, "reject", "cleo");
		assertThat(this.ask.perform(cleo)).isNull();
		assertState(this.id, DurableState.DENIED);
	}

	@Test
	void requestThatNeverReachedTheGatewayIsGivenUpAfterItsExpiry() {
		submit("ann", "bob", "cleo-2");
		vote("ann", "approve");
		String cleo = ballot("cleo");
		this.instance.gateway.onSubmit = () -> {
			throw new IllegalStateException("stopped");
		};
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(cleo));
		vote("bob", "approve");
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(cleo));
		this.instance.now = call().approval().expiresAt();
		assertThat(this.ask.perform(cleo)).isNull();
		assertThat(call().ballot(cleo).problem()).isEqualTo("WITHDRAWN");
	}

	@Test
	void withdrawnBallotIsNotSubmitted() {
		submit("ann", "bob", "cleo");
		String other = ballot("cleo-2");
		StoredBallot read = call().ballot(other);
		vote("cleo", "approve");
		assertThat(this.ask.perform(other)).isNull();
		assertThat(call().ballot(other).problem()).isEqualTo("NEEDLESS");
		assertThat(this.instance.store.seal(read, call().ballot(ballot("ann")).artifact())).isFalse();
	}

	@Test
	void newRequestsHaveTheLowerPriority() {
		assertThat(this.instance.jdbc.queryForList(
				"SELECT DISTINCT PRIORITY FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE LIKE 'req-%'", Integer.class))
			.containsExactly(10);
	}

	@Test
	void lostBallotsEndTheCallOnceTheQuorumIsOutOfReach() {
		this.instance.phones.remove("ann");
		submit("bob", "cleo", "cleo-2");
		this.instance.phones.remove("bob");
		perform("bob");
		assertState(this.id, DurableState.SUBMITTED);
		this.instance.phones.remove("cleo");
		perform("cleo");
		assertState(this.id, DurableState.SUBMITTED);
		this.instance.phones.remove("cleo-2");
		perform("cleo-2");
		assertState(this.id, DurableState.REFUSED, "PAIRING_REVOKED");
	}

	/**
	 * As by another execution of the same step.
	 */
	@Test
	void voteOnABallotThatWasLostMeanwhileIsNotPublished() {
		submit();
		decideOn("ann", "approve");
		this.instance.now = call().approval().startBy();
		once((hook) -> this.instance.gateway.onInspect = hook,
				() -> this.instance.store.lose(call().ballot(ballot("ann")), "TIMED_OUT"));
		perform("ann");
		assertThat(call().ballot(ballot("ann")).decision()).isNull();
		assertThat(this.instance.progress).doesNotContain("ann APPROVE");
		assertState(this.id, DurableState.SUBMITTED);
	}

	@Test
	void callTimesOutWithTheLastBallot() {
		submit();
		vote("ann", "approve");
		this.instance.now = call().approval().expiresAt().plus(Duration.ofMinutes(1));
		for (String name : List.of("bob", "cleo")) {
			perform(name);
			assertState(this.id, DurableState.SUBMITTED);
		}
		perform("cleo-2");
		assertState(this.id, DurableState.TIMED_OUT);
	}

	@Test
	void cancelledCallEndsWithTheLastWithdrawal() {
		submit();
		vote("ann", "approve");
		assertThat(this.instance.approvals().cancel(this.id)).isTrue();
		for (String name : List.of("bob", "cleo")) {
			perform(name);
			assertState(this.id, DurableState.CANCELLING);
		}
		perform("cleo-2");
		assertState(this.id, DurableState.CANCELLED);
		assertThat(this.instance.gateway.withdrawals).isEqualTo(3);
	}

	@Test
	void processThatStopsBeforeAVoteIsStoredLosesNone() {
		submit();
		vote("ann", "approve");
		decideOn("bob", "approve");
		this.instance.transactions.fail(0, 1, false);
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> perform("bob"));
		assertThat(this.instance.gateway.acknowledgements).isOne();
		assertState(this.id, DurableState.SUBMITTED);
		perform("bob");
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void voteThatIsStoredBeforeTheProcessStopsCountsOnce() {
		submit();
		for (String name : List.of("ann", "bob")) {
			this.instance.gateway.decide(ballot(name), "approve", name);
			this.instance.transactions.fail(0, 1, true);
			assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> perform(name));
			assertThat(this.instance.state(this.id))
				.isEqualTo(name.equals("ann") ? DurableState.SUBMITTED : DurableState.DECIDED);
			assertThat(perform(name)).isNull();
		}
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", this.id)).isEqualTo(1);
		run();
		assertThat(this.started).hasSize(1);
		run();
		assertThat(this.started).hasSize(1);
	}

	@Test
	void ballotsAreStoredOnceAlthoughTheProcessStops() {
		for (boolean committed : new boolean[] { false, true }) {
			String other = this.instance.record(TestInstance.call("board")).id();
			this.instance.transactions.fail(0, 1, committed);
			assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(other));
			this.ask.perform(other);
			List<StoredBallot> stored = this.instance.store.findCall(other).ballots();
			assertThat(stored).hasSize(PHONES.size());
			assertThat(stored).allSatisfy(
					(ballot) -> assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot.id())).isEqualTo(1));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "AIRLOCK_DURABLE_BALLOT SET PAIRING = 'cleo' WHERE PAIRING = 'ann'",
			"AIRLOCK_DURABLE_BALLOT SET STEP = 1", "AIRLOCK_DURABLE_BALLOT SET DECISION = 'x' WHERE PAIRING = 'ann'",
			"AIRLOCK_DURABLE SET APPROVERS = REPLACE(APPROVERS, '\"quorum\":2', '\"quorum\":1')" })
	void changedRowsDoNotRun(String change) {
		submit();
		approve("ann", "bob");
		assertThat(this.instance.jdbc.update("UPDATE " + change)).isPositive();
		run();
		assertThat(this.started).isEmpty();
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo("NOT_VERIFIED");
	}

	@Test
	void missingStepsOfBallotsAreScheduled() {
		submit();
		vote("ann", "approve");
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		assertThat(this.instance.missingSteps().schedule()).isEqualTo(3);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot("ann"))).isZero();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", ballot("bob"))).isEqualTo(1);
	}

	@Test
	void ballotsAreDeletedWithTheirCall() {
		submit();
		vote("bob", "reject");
		this.instance.store.deleteEnded(this.instance.now.plusSeconds(1));
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE_BALLOT")).isEmpty();
	}

	private static List<String> counted(ApprovalDecision decision) {
		return decision.votes().stream().filter(ApprovalVote::counted).map(ApprovalVote::pairing).toList();
	}

	/**
	 * Let the gateway run an action within its next request, but in no later one.
	 */
	private static void once(Consumer<Runnable> hook, Runnable action) {
		hook.accept(() -> {
			hook.accept(() -> {
			});
			action.run();
		});
	}

	@Override
	void submit() {
		submit(PHONES.toArray(String[]::new));
	}

	@Override
	void submit(String... names) {
		super.submit(names);
		assertThat(this.instance.gateway.exchanges).hasSize(names.length);
	}

}
