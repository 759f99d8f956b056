/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.harp.HarpJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for recorded calls whose requester, Ann, must not approve them.
 */
class FourEyesCallTests {

	private final TestInstance instance = new TestInstance();

	private final AskStep ask = this.instance.ask();

	private String id;

	@BeforeEach
	void pair() {
		List.of("ann", "bob", "cleo", "cleo-2")
			.forEach((name) -> this.instance.phones.put(name, this.instance.gateway.pair(name)));
	}

	@AfterEach
	void close() {
		this.instance.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Ann", " ANN", "corp\u001fann", "corp\u001fAnn" })
	void requesterIsNotAsked(String requester) {
		record("four-eyes", requester);
		assertThat(ballots()).containsOnlyKeys("bob", "cleo");
		assertThat(shown().path("description").asString())
			.startsWith("2 of the 2 approvers of 'four-eyes' must approve. Asked by ");
		submit();
		vote("bob", "bob");
		vote("cleo", "cleo");
		assertThat(this.instance.state(this.id)).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void requesterIsNotStoredInClear() {
		record("four-eyes", "Ann");
		assertThat(this.instance.jdbc.queryForList("SELECT * FROM AIRLOCK_DURABLE").toString()).doesNotContain("=Ann",
				"\"Ann\"", "\"ann\"");
	}

	@Test
	void requesterOfAnotherGroupIsShown() {
		record("board", "Ann");
		assertThat(ballots()).hasSize(4);
		assertThat(shown().path("call").path("requestedBy").asString()).isEqualTo("Ann");
		assertThat(shown().has("requesterPairings")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\u200b", " " })
	void callOfAnUnknownRequesterIsNotRecorded(String requester) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> record("four-eyes", requester.isEmpty() ? null : requester))
			.withMessageContaining("'four-eyes' excludes the requester, who is unknown here");
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE")).isEmpty();
	}

	@Test
	void unknownRequesterCanBeAdmitted() {
		record("anybody", null);
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo");
		record("anybody", "Dave");
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo");
	}

	@Test
	void timeoutOfTheGroupPrecedesThatOfDurableCalls() {
		record("four-eyes", "Ann");
		assertThat(call().approval().expiresAt()).isEqualTo(TestInstance.START.plus(Duration.ofMinutes(10)));
	}

	@Test
	void keyOfTheRequesterUnderAnotherPairingDoesNotCount() {
		record("four-eyes", "Ann");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		vote("bob", "ann");
		assertThat(this.instance.store.find(this.id)).satisfies((approval) -> {
			assertThat(approval.state()).isEqualTo(DurableState.REFUSED);
			assertThat(approval.problem()).isEqualTo("KEY_OF_REQUESTER");
			assertThat(approval.votes()).singleElement().matches((vote) -> !vote.counted());
		});
		assertThat(this.instance.progress).contains("bob APPROVE uncounted");
	}

	@Test
	void keyThatTheRequesterHadWhenTheCallWasRecordedDoesNotCount() {
		Pairing before = this.instance.phones.get("ann");
		record("four-eyes", "Ann");
		this.instance.phones.put("ann", this.instance.gateway.pair("ann-2"));
		this.instance.phones.put("bob", before);
		submit();
		vote("bob", "ann");
		assertThat(this.instance.state(this.id)).isEqualTo(DurableState.REFUSED);
	}

	@Test
	void approvalThatTheRequestersPhoneGaveBeforeItBecameTheirsIsStruck() {
		record("four-eyes", "Ann");
		submit();
		vote("bob", "bob");
		this.instance.phones.put("ann", this.instance.phones.get("bob"));
		vote("cleo", "cleo");
		assertEnded(DurableState.REFUSED, "KEY_OF_REQUESTER");
		assertThat(this.instance.store.find(this.id).approvals()).isOne();
	}

	@Test
	void struckApprovalIsTheReasonThoughTheOthersTimeOut() {
		record("board", "Dave");
		submit();
		vote("ann", "ann");
		this.instance.phones.remove("ann");
		vote("bob", "bob");
		this.instance.now = call().approval().expiresAt().plusSeconds(6);
		List.of("cleo", "cleo-2").forEach((name) -> this.ask.perform(ballots().get(name)));
		assertEnded(DurableState.REFUSED, "PAIRING_REVOKED");
	}

	@Test
	void approvalThatIsFoundWhenNobodyElseCanBeAskedIsATimeout() {
		record("deputies", "Dave");
		submit();
		this.instance.gateway.decide(ballots().get("ann"), "approve", "ann");
		this.instance.now = call().approval().expiresAt().plusSeconds(6);
		this.ask.perform(ballots().get("ann"));
		assertEnded(DurableState.TIMED_OUT, null);
		assertThat(this.instance.store.find(this.id).approvals()).isOne();
	}

	@Test
	void approvalsByOneKeyAreThoseOfTooFewPersons() {
		record("four-eyes", "Cleo");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		vote("ann", "ann");
		vote("bob", "ann");
		assertEnded(DurableState.REFUSED, "TOO_FEW_PERSONS");
	}

	@Test
	void rejectionByAKeyOfTheRequesterCounts() {
		record("four-eyes", "Ann");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		assertThat(this.instance.gateway.decide(ballots().get("bob"), "reject", "ann")).isTrue();
		this.ask.perform(ballots().get("bob"));
		assertThat(this.instance.state(this.id)).isEqualTo(DurableState.DENIED);
	}

	@Test
	void voteIsNotLostWhileThePairingsCannotBeRead() {
		record("four-eyes", "Ann");
		submit();
		vote("bob", "bob");
		this.instance.gateway.decide(ballots().get("cleo"), "approve", "cleo");
		this.instance.pairingsFail = true;
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> this.ask.perform(ballots().get("cleo")));
		this.instance.pairingsFail = false;
		this.ask.perform(ballots().get("cleo"));
		assertThat(this.instance.state(this.id)).isEqualTo(DurableState.DECIDED);
	}

	@Test
	void othersAreAskedAtOnceIfAllWhoComeFirstAreTheRequesters() {
		record("deputies", "Ann");
		assertThat(ballots()).containsOnlyKeys("bob", "cleo");
		assertThat(this.instance.progress).containsExactly("step 1 [bob, cleo] unavailable");
		submit();
		vote("bob", "bob");
		vote("cleo", "cleo");
		assertThat(this.instance.state(this.id)).isEqualTo(DurableState.DECIDED);
	}

	private void assertEnded(DurableState state, String problem) {
		assertThat(this.instance.state(this.id)).isEqualTo(state);
		assertThat(this.instance.store.find(this.id).problem()).isEqualTo(problem);
	}

	private void record(String approvers, String requester) {
		CallRecorder recorder = this.instance.recorder();
		this.id = recorder.recording(null, () -> recorder.record(TestInstance.call(approvers, requester)))
			.orElseThrow()
			.id();
		this.ask.perform(this.id);
	}

	private void submit() {
		new ArrayList<>(ballots().values()).forEach((ballot) -> assertThat(this.ask.perform(ballot)).isNotNull());
	}

	private void vote(String name, String phone) {
		String ballot = ballots().get(name);
		assertThat(this.instance.gateway.decide(ballot, "approve", phone)).isTrue();
		assertThat(this.ask.perform(ballot)).isNull();
		this.instance.pass(Duration.ofSeconds(1));
	}

	private JsonNode shown() {
		return HarpJson.mapper().readTree(call().ballots().get(0).plaintext());
	}

	private Map<String, String> ballots() {
		return call().ballots().stream().collect(Collectors.toMap(StoredBallot::pairing, StoredBallot::id));
	}

	private DurableCall call() {
		return this.instance.store.findCall(this.id);
	}

}
