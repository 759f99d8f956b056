/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.step.StepFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for recorded calls that a group decides on while the pairings of some members are
 * replaced, revoked or unreadable, and for ballots that somebody else has stored.
 */
class GroupKeysTests extends GroupStepTests {

	private boolean denied;

	@Override
	AskStep createAsk() {
		return this.instance.ask((call) -> this.denied);
	}

	@BeforeEach
	void recordAndOpen() {
		record("board");
		open();
	}

	@Test
	void denialWhosePairingCannotBeReadIsNotOverlooked() {
		submit("ann", "bob", "cleo");
		this.instance.gateway.onWait = () -> this.instance.pairingsFail = true;
		vote("cleo", "reject");
		assertThat(state()).isEqualTo(DurableState.DENIED);
		this.instance.pairingsFail = false;
		approve("ann", "bob");
		run();
		assertThat(this.started).isEmpty();
	}

	@Test
	void denialIsReceivedWhileItsPairingCannotBeRead() {
		submit("ann", "bob", "cleo");
		this.instance.pairingsFail = true;
		vote("cleo", "reject");
		assertThat(state()).isEqualTo(DurableState.DENIED);
	}

	@Test
	void denialBeforeTheStartIsReceivedWhileItsPairingCannotBeRead() {
		submit("ann", "bob", "cleo");
		decideOn("cleo", "reject");
		approve("ann", "bob");
		assertThat(state()).isEqualTo(DurableState.DECIDED);
		this.instance.pairingsFail = true;
		perform("cleo");
		assertThat(state()).isEqualTo(DurableState.DENIED);
	}

	@Test
	void forgedDenialWhosePairingCannotBeReadIsIgnored() {
		submit("ann", "bob", "cleo");
		this.instance.pairingsFail = true;
		assertThat(this.instance.gateway.decide(ballot("cleo"), "reject", "bob")).isTrue();
		assertThat(perform("cleo")).isNotNull();
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
	}

	@Test
	void othersDecideWhileThePairingOfAVoteIsAnotherOne() {
		submit("ann", "bob", "cleo");
		vote("ann", "approve");
		pair("ann");
		vote("bob", "approve");
		assertThat(call().ballot(ballot("bob")).isApproved()).isTrue();
		assertThat(this.instance.approvals().decision(this.id)).isEmpty();
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		assertThat(perform("bob")).isNotNull();
		assertThat(perform("cleo")).isNotNull();
		vote("cleo", "approve");
		assertThat(state()).isEqualTo(DurableState.DECIDED);
		assertThat(perform("bob")).isNull();
	}

	@Test
	void votesDecideOnceTheirPairingsCanBeRead() {
		submit("ann", "bob");
		vote("ann", "approve");
		Pairing ann = this.instance.phones.get("ann");
		pair("ann");
		vote("bob", "approve");
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		perform("cleo");
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		this.instance.phones.put("ann", ann);
		assertThat(perform("bob")).isNull();
		assertThat(state()).isEqualTo(DurableState.DECIDED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", this.id)).isOne();
	}

	@Test
	void votesWithoutAStepThatCountsThemAreFound() {
		submit("ann", "bob", "cleo", "cleo-2");
		for (String lost : List.of("cleo", "cleo-2")) {
			this.instance.phones.remove(lost);
			assertThat(perform(lost)).isNull();
		}
		vote("ann", "approve");
		Pairing ann = this.instance.phones.get("ann");
		pair("ann");
		vote("bob", "approve");
		assertThat(this.instance.missingSteps().schedule()).isZero();
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		assertThat(this.instance.missingSteps().schedule()).isOne();
		assertThat(this.instance.missingSteps().schedule()).isZero();
		assertThat(this.ask.perform(this.id)).isNotNull();
		this.instance.phones.put("ann", ann);
		assertThat(this.ask.perform(this.id)).isNull();
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void votesOfAPairingThatStaysAnotherOneEndTheCall() {
		submit("ann", "bob");
		vote("ann", "approve");
		pair("ann");
		vote("bob", "approve");
		this.instance.now = call().approval().startBy();
		assertThat(perform("bob")).isNull();
		assertState(this.id, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
	}

	@Test
	void voteThatArrivesWhileAnotherIsReceivedIsCountedByItsKey() {
		submit("ann", "bob", "cleo");
		decideOn("bob", "approve");
		this.instance.gateway.onWait = () -> {
			this.instance.gateway.onWait = () -> {
			};
			vote("ann", "approve");
			this.instance.phones.remove("ann");
		};
		assertThat(perform("bob")).isNotNull();
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		perform("bob");
		assertThat(call().ballot(ballot("ann")).problem()).isEqualTo("PAIRING_REVOKED");
		vote("cleo", "approve");
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void denialIsLeftToTheInstanceThatCanVerifyIt() {
		submit("ann", "bob", "cleo");
		decideOn("cleo", "reject");
		approve("ann", "bob");
		Pairing cleo = this.instance.phones.get("cleo");
		pair("cleo");
		assertThat(perform("cleo")).isNotNull();
		perform("ann");
		assertThat(this.instance.otherPairings.findGates()).isNotEmpty();
		this.instance.phones.put("cleo", cleo);
		assertThat(perform("cleo")).isNull();
		assertThat(state()).isEqualTo(DurableState.DENIED);
		run();
		assertThat(this.started).isEmpty();
	}

	@Test
	void needlessDenialIsLeftToTheInstanceThatCanVerifyIt() {
		submit("cleo", "cleo-2");
		decideOn("cleo-2", "reject");
		vote("cleo", "approve");
		Pairing other = this.instance.phones.get("cleo-2");
		pair("cleo-2");
		assertThat(perform("cleo-2")).isNotNull();
		this.instance.phones.put("cleo-2", other);
		assertThat(perform("cleo-2")).isNull();
		assertThat(state()).isEqualTo(DurableState.DENIED);
	}

	@Test
	void needlessPhoneReceivesRequestAgainWhenOtherVoteIsStruck() {
		submit("ann", "bob", "cleo", "cleo-2");
		vote("cleo", "approve");
		assertThat(perform("cleo-2")).isNull();
		assertThat(this.instance.gateway.withdrawals).isOne();
		this.instance.phones.remove("cleo");
		vote("bob", "approve");
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		String again = openBallot("cleo-2");
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", again)).isOne();
		assertThat(this.ask.perform(again)).isNotNull();
		assertThat(this.instance.gateway.decide(again, "approve", "cleo-2")).isTrue();
		this.ask.perform(again);
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void needlessPhoneReceivesRequestAgainWhenOtherVoteIsStruckDuringWithdrawal() {
		submit("ann", "bob", "cleo", "cleo-2");
		vote("cleo", "approve");
		this.instance.gateway.onWithdraw = () -> {
			this.instance.phones.remove("cleo");
			vote("bob", "approve");
		};
		assertThat(perform("cleo-2")).isNull();
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		assertThat(call().ballots()).filteredOn((ballot) -> ballot.pairing().equals("cleo-2"))
			.filteredOn((ballot) -> !ballot.isSettled())
			.singleElement()
			.satisfies((again) -> assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", again.id())).isOne());
	}

	@Test
	void needlessPhoneReceivesRequestAgainWhenResponseToWithdrawalIsLost() {
		submit("ann", "bob", "cleo", "cleo-2");
		vote("cleo", "approve");
		String needless = ballot("cleo-2");
		this.instance.gateway.fail(ScriptedGateway.Fault.LOST_ANSWER, 1);
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(needless));
		this.instance.phones.remove("cleo");
		vote("bob", "approve");
		assertThat(this.ask.perform(needless)).isNull();
		String again = openBallot("cleo-2");
		assertThat(this.ask.perform(again)).isNotNull();
		assertThat(this.instance.gateway.decide(again, "approve", "cleo-2")).isTrue();
		this.ask.perform(again);
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void secondWithdrawalOfPhoneIsNotNeedless() {
		submit("ann", "bob", "cleo", "cleo-2");
		vote("cleo", "approve");
		this.instance.phones.remove("cleo");
		vote("bob", "approve");
		withdraw(ballot("cleo-2"));
		String again = openBallot("cleo-2");
		assertThat(this.ask.perform(again)).isNotNull();
		withdraw(again);
		assertThat(call().ballots()).filteredOn((ballot) -> ballot.pairing().equals("cleo-2"))
			.extracting(StoredBallot::problem)
			.containsExactlyInAnyOrder("NEEDLESS", "WITHDRAWN");
	}

	private void withdraw(String ballot) {
		this.instance.gateway.exchanges.get(ballot).withdrawn = true;
		assertThat(this.ask.perform(ballot)).isNull();
	}

	private String openBallot(String pairing) {
		return call().ballots()
			.stream()
			.filter((ballot) -> ballot.pairing().equals(pairing) && !ballot.isSettled())
			.map(StoredBallot::id)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void policyThatDeniesAfterTheFirstSubmissionEndsNoCall() {
		submit("ann", "bob");
		vote("ann", "approve");
		this.denied = true;
		submit("cleo");
		vote("bob", "approve");
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void ballotInsertedByOthersIsNotSubmitted() {
		this.instance.jdbc.update(
				"INSERT INTO AIRLOCK_DURABLE_BALLOT (ID, CALL_ID, PAIRING, STEP) VALUES ('req-x', ?, 'default', 0)",
				this.id);
		assertThat(this.ask.perform("req-x")).isNull();
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertNotVerified(this.id);
	}

	@Test
	void firstBallotInsertedByOthersIsNotSubmitted() {
		DurableApproval single = this.instance.record();
		this.instance.jdbc.update(
				"INSERT INTO AIRLOCK_DURABLE_BALLOT (ID, CALL_ID, PAIRING, STEP) VALUES (?, ?, 'ann', 0)", single.id(),
				single.id());
		assertThat(this.ask.perform(single.id())).isNull();
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertNotVerified(single.id());
	}

	@Test
	void ballotWithChangedPairingIsNotSubmitted() {
		String ann = ballot("ann");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET PAIRING = ? WHERE ID = ?", "x\n2026 INFO forged",
				ann);
		assertThat(this.ask.perform(ann)).isNull();
		assertThat(this.instance.gateway.exchanges).isEmpty();
		assertNotVerified(this.id);
	}

	@Test
	void ballotsThatWereSentAreWithdrawnFromAChangedCall() {
		submit("ann", "bob");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET LABEL = 'other'");
		assertThat(perform("ann")).isNull();
		assertNotVerified(this.id);
		assertThat(perform("bob")).isNull();
		assertThat(this.instance.gateway.withdrawals).isEqualTo(2);
	}

	@Test
	void requestThatThisApplicationHasNotSentIsNotWithdrawn() {
		submit("ann");
		this.instance.gateway.exchanges.put("req-other", this.instance.gateway.exchanges.get(ballot("ann")));
		this.instance.jdbc
			.update("INSERT INTO AIRLOCK_DURABLE (ID, STATE, TARGET, GATE, LABEL, APPROVERS, ARTIFACT_TYPE, "
					+ "TRACE, RECORDED_AT, EXPIRES_AT, START_BY, PLAINTEXT) SELECT 'req-other', 'SUBMITTED', TARGET, GATE, "
					+ "LABEL, APPROVERS, ARTIFACT_TYPE, TRACE, RECORDED_AT, EXPIRES_AT, START_BY, PLAINTEXT "
					+ "FROM AIRLOCK_DURABLE");
		assertThat(this.ask.perform("req-other")).isNull();
		assertThat(this.instance.gateway.withdrawals).isZero();
		assertNotVerified("req-other");
	}

	@Test
	void approversThatWereNotStoredAreNotRead() {
		submit("ann");
		for (String approvers : List.of("{\"name\":\"board\",\"quorum\":2,\"pairings\":[null]}",
				"{\"name\":null,\"quorum\":2,\"pairings\":[\"ann\"]}", "null")) {
			this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET APPROVERS = ?", approvers);
			assertThat(call().plaintext()).isNull();
		}
		perform("ann");
		assertNotVerified(this.id);
	}

	@Test
	void votesAreNotCountedWithoutTheContent() {
		submit("ann", "bob");
		vote("ann", "approve");
		this.instance.jdbc.update(
				"UPDATE AIRLOCK_DURABLE SET PLAINTEXT = NULL, APPROVERS = REPLACE(APPROVERS, '\"quorum\":2', '\"quorum\":1')");
		assertThat(call().ballots()).noneMatch(StoredBallot::isApproved);
		perform("ann");
		perform("bob");
		assertNotVerified(this.id);
		assertThat(this.instance.progress).doesNotContain("APPROVED");
		assertThat(this.instance.events).extracting(DurableApproval::state).doesNotContain(DurableState.DECIDED);
	}

	/**
	 * Keys are added to instances one after the other.
	 */
	@Test
	void voteIsNotStruckByAnInstanceWithoutItsKey() {
		Pairing before = this.instance.phones.get("ann");
		Pairing added = this.instance.gateway.pair("ann");
		Pairing both = new Pairing(before.routingToken(), before.encryptionKey(),
				List.of(added.signerKeys().get(0), before.signerKeys().get(0)));
		this.instance.phones.put("ann", both);
		submit("ann", "bob");
		vote("ann", "approve");
		assertThat(call().ballot(ballot("ann")).isApproved()).isTrue();
		this.instance.phones.put("ann", before);
		vote("bob", "approve");
		assertThat(call().ballot(ballot("ann")).problem()).isNull();
		assertThat(state()).isEqualTo(DurableState.SUBMITTED);
		this.instance.phones.put("ann", both);
		perform("bob");
		assertThat(state()).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void idThatIsNotOneOfThisApplicationIsNotUsed() {
		String id = "req-1\n2026-11-29 INFO Approval req-7 is now DENIED";
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET ID = ?, STATE = 'DECIDED'", id);
		assertThat(this.instance.store.find(id)).isNull();
		assertThat(this.instance.store.findCall(id)).isNull();
		assertThat(this.ask.perform(id)).isNull();
		assertThat(this.instance.missingSteps().schedule()).isZero();
	}

	private void assertNotVerified(String call) {
		assertState(call, DurableState.REFUSED, "NOT_VERIFIED");
	}

	/**
	 * Let a request be decided, whatever the next step is.
	 */
	@Override
	void vote(String name, String decision) {
		decideOn(name, decision);
		perform(name);
		this.instance.pass(Duration.ofSeconds(1));
	}

	@Test
	void moreBallotsThanFitIntoAStackEndTheCall() {
		this.instance.jdbc.update("INSERT INTO AIRLOCK_DURABLE_BALLOT (ID, CALL_ID, PAIRING, STEP, ARTIFACT) "
				+ "SELECT 'req-x' || X, ?, 'p' || X, 0, 'x' FROM SYSTEM_RANGE(1, 5000)", this.id);
		assertThat(this.instance.store.findOpen(50)).hasSize(1);
		perform("ann");
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo("NOT_VERIFIED");
		// What else has ended has no artifacts
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET PROBLEM = NULL WHERE ID = ?", this.id);
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = NULL WHERE CALL_ID = ?", this.id);
		assertThat(this.instance.store.findCall(this.id)).isNotNull();
	}

}
