/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for recorded calls whose requester, Ann, must not approve them.
 */
class FourEyesCallTests extends GroupStepTests {

	@ParameterizedTest
	@ValueSource(strings = { "Ann", " ANN", "corp\u001fann", "corp\u001fAnn" })
	void requesterReceivesNoRequest(String requester) {
		recordAndOpen("four-eyes", requester);
		assertThat(ballots()).containsOnlyKeys("bob", "cleo");
		assertThat(shown().path("description").asString())
			.startsWith("2 of the 2 approvers of 'four-eyes' must approve. Asked by ");
		submit();
		approve("bob", "cleo");
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void requesterIsNotStoredInClear() {
		recordAndOpen("four-eyes", "Ann");
		assertThat(this.instance.jdbc.queryForList("SELECT * FROM AIRLOCK_DURABLE").toString()).doesNotContain("=Ann",
				"\"Ann\"", "\"ann\"");
	}

	@Test
	void requesterOfAnotherGroupIsShown() {
		recordAndOpen("board", "Ann");
		assertThat(ballots()).hasSize(4);
		assertThat(shown().path("call").path("requestedBy").asString()).isEqualTo("Ann");
		assertThat(shown().has("requesterPairings")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\u200b", " " })
	void callOfAnUnknownRequesterIsNotRecorded(String requester) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> recordAndOpen("four-eyes", requester.isEmpty() ? null : requester))
			.withMessageContaining("'four-eyes' excludes the requester, who is unknown here");
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE")).isEmpty();
	}

	@Test
	void callIsNotRecordedWhileThePairingsOfTheRequesterCannotBeRead() {
		this.instance.failureOfPairings = new PairingStoreException("The store is down");
		this.instance.pairingsFail = true;
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> record("four-eyes", "Ann"))
			.withMessageContaining("The pairings of the requester cannot be read");
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE")).isEmpty();
	}

	@Test
	void unknownRequesterCanBeAdmitted() {
		recordAndOpen("anybody", null);
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo");
		recordAndOpen("anybody", "Dave");
		assertThat(ballots()).containsOnlyKeys("ann", "bob", "cleo");
	}

	@Test
	void timeoutOfTheGroupPrecedesThatOfDurableCalls() {
		recordAndOpen("four-eyes", "Ann");
		assertThat(call().approval().expiresAt()).isEqualTo(TestInstance.START.plus(Duration.ofMinutes(10)));
	}

	@Test
	void keyOfTheRequesterUnderAnotherPairingDoesNotCount() {
		recordAndOpen("four-eyes", "Ann");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		vote("bob", "approve", "ann");
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
		recordAndOpen("four-eyes", "Ann");
		this.instance.phones.put("ann", this.instance.gateway.pair("ann-2"));
		this.instance.phones.put("bob", before);
		submit();
		vote("bob", "approve", "ann");
		assertState(this.id, DurableState.REFUSED);
	}

	@Test
	void approvalThatTheRequestersPhoneGaveBeforeItBecameTheirsIsStruck() {
		recordAndOpen("four-eyes", "Ann");
		submit();
		vote("bob", "approve");
		this.instance.phones.put("ann", this.instance.phones.get("bob"));
		vote("cleo", "approve");
		assertState(this.id, DurableState.REFUSED, "KEY_OF_REQUESTER");
		assertThat(this.instance.store.find(this.id).approvals()).isOne();
	}

	@Test
	void struckApprovalIsTheReasonThoughTheOthersTimeOut() {
		recordAndOpen("board", "Dave");
		submit();
		vote("ann", "approve");
		this.instance.phones.remove("ann");
		vote("bob", "approve");
		this.instance.now = call().approval().expiresAt().plusSeconds(6);
		List.of("cleo", "cleo-2").forEach((name) -> perform(name));
		assertState(this.id, DurableState.REFUSED, "PAIRING_REVOKED");
	}

	@Test
	void approvalFoundAfterExpiryIsTimeout() {
		recordAndOpen("deputies", "Dave");
		submit();
		decideOn("ann", "approve");
		this.instance.now = call().approval().expiresAt().plusSeconds(6);
		perform("ann");
		assertState(this.id, DurableState.TIMED_OUT, null);
		assertThat(this.instance.store.find(this.id).approvals()).isOne();
	}

	@Test
	void approvalsByOneKeyAreThoseOfTooFewPersons() {
		recordAndOpen("four-eyes", "Cleo");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		vote("ann", "approve");
		vote("bob", "approve", "ann");
		assertState(this.id, DurableState.REFUSED, "TOO_FEW_PERSONS");
	}

	@Test
	void rejectionByAKeyOfTheRequesterCounts() {
		recordAndOpen("four-eyes", "Ann");
		this.instance.phones.put("bob", this.instance.phones.get("ann"));
		submit();
		assertThat(this.instance.gateway.decide(ballot("bob"), "reject", "ann")).isTrue();
		perform("bob");
		assertState(this.id, DurableState.DENIED);
	}

	@Test
	void voteIsNotLostWhileThePairingsCannotBeRead() {
		recordAndOpen("four-eyes", "Ann");
		submit();
		vote("bob", "approve");
		decideOn("cleo", "approve");
		this.instance.pairingsFail = true;
		assertThatExceptionOfType(StepFailedException.class).isThrownBy(() -> perform("cleo"));
		this.instance.pairingsFail = false;
		perform("cleo");
		assertState(this.id, DurableState.DECIDED);
	}

	@Test
	void requestsAreSentToNextStepWhenFirstApproversAreRequester() {
		recordAndOpen("deputies", "Ann");
		assertThat(ballots()).containsOnlyKeys("bob", "cleo");
		assertThat(this.instance.progress).containsExactly("step 1 [bob, cleo] unavailable");
		submit();
		approve("bob", "cleo");
		assertState(this.id, DurableState.DECIDED);
	}

	private void recordAndOpen(String approvers, @Nullable String requester) {
		record(approvers, requester);
		open();
	}

	private JsonNode shown() {
		return HarpJson.mapper().readTree(call().ballots().get(0).plaintext());
	}

}
