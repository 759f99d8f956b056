/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.harp.EncryptionKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for what applications see of the votes on a recorded call: of Ann, Bob and Cleo,
 * who has two devices, two have to approve.
 */
class GroupVotesTests extends GroupStepTests {

	@BeforeEach
	void recordAndSubmit() {
		DurableApproval recorded = record("board");
		assertThat(recorded.asked()).isEqualTo(PHONES);
		assertThat(recorded).isEqualTo(found());
		open();
		submit();
		this.instance.progress.clear();
	}

	@Test
	void votesAndOpenPairingsAreShown() {
		vote("cleo", "approve");
		DurableApproval approval = found();
		assertThat(approval.quorum()).isEqualTo(2);
		assertThat(approval.approvals()).isOne();
		assertThat(approval.asked()).containsExactly("ann", "bob");
		assertThat(approval.votes()).singleElement().satisfies((vote) -> {
			assertThat(vote.pairing()).isEqualTo("cleo");
			assertThat(vote.requestId()).isEqualTo(ballot("cleo"));
			assertThat(vote.counted()).isTrue();
		});
		assertThat(this.instance.approvals().find(Set.of(DurableState.SUBMITTED), null, 10)).containsExactly(approval);
		assertThat(this.instance.store.findOpen(10)).containsExactly(approval);
		assertThat(call().approval()).isEqualTo(approval);
		assertThat(approval.toString()).doesNotContain("ciphertext", "signature");
	}

	@Test
	void votesAreInTheOrderOfTheirArrival() {
		approve("bob", "ann");
		assertThat(found().votes()).extracting(ApprovalVote::pairing).containsExactly("bob", "ann");
		assertThat(found().asked()).isEmpty();
		assertThat(this.instance.progress).containsExactly("bob APPROVE", "ann APPROVE", "APPROVED");
		assertThat(this.instance.events.get(this.instance.events.size() - 1)).isEqualTo(found());
	}

	@Test
	void lateApprovalDoesNotCount() {
		decideOn("cleo", "approve");
		approve("ann", "bob");
		perform("cleo");
		assertThat(found().votes()).extracting(ApprovalVote::counted).containsExactly(true, true, false);
		assertThat(found().approvals()).isEqualTo(2);
		assertThat(this.instance.progress).containsExactly("ann APPROVE", "bob APPROVE", "APPROVED",
				"cleo APPROVE uncounted");
	}

	@Test
	void lateDenialCountsUntilTheMethodStarts() {
		decideOn("cleo", "reject");
		approve("ann", "bob");
		perform("cleo");
		assertThat(this.instance.progress).containsExactly("ann APPROVE", "bob APPROVE", "APPROVED", "cleo REJECT",
				"DENIED");
		assertState(this.id, DurableState.DENIED);
		assertThat(this.instance.gateway.acknowledgements).isEqualTo(3);
		run();
		assertThat(this.started).isEmpty();
	}

	@Test
	void denialAfterTheStartDoesNotCount() {
		decideOn("cleo", "reject");
		approve("ann", "bob");
		assertThat(this.instance.store.claim(this.id, "run-1", "one", 1, this.instance.now)).isTrue();
		perform("cleo");
		assertThat(this.instance.progress).endsWith("cleo REJECT uncounted");
		assertState(this.id, DurableState.CLAIMED);
		assertThat(this.instance.approvals().decision(this.id)).hasValueSatisfying((decision) -> {
			assertThat(decision.isApproved()).isTrue();
			assertThat(decision.votes()).isEqualTo(found().votes());
		});
		assertThat(found().votes()).extracting(ApprovalVote::pairing).containsExactly("ann", "bob", "cleo");
		assertThat(found().votes()).extracting(ApprovalVote::counted).containsExactly(true, true, false);
	}

	@Test
	void struckVoteDoesNotCount() {
		vote("ann", "approve");
		this.instance.phones.remove("ann");
		vote("bob", "approve");
		assertThat(found().votes()).extracting(ApprovalVote::counted).containsExactlyInAnyOrder(true, false);
		assertThat(found().approvals()).isOne();
		assertThat(this.instance.progress).containsExactly("ann APPROVE", "bob APPROVE");
		assertState(this.id, DurableState.SUBMITTED);
		vote("cleo", "approve");
		assertState(this.id, DurableState.DECIDED);
		run();
		assertThat(this.started.get(0).votes()).extracting(ApprovedCall.Vote::pairing)
			.containsExactlyInAnyOrder("bob", "cleo");
	}

	@Test
	void voteThatIsRolledBackIsNotPublished() {
		decideOn("ann", "approve");
		this.instance.transactions.fail(0, 1, false);
		assertThat(catchThrowable(() -> perform("ann"))).isNotNull();
		assertThat(this.instance.progress).isEmpty();
		perform("ann");
		assertThat(this.instance.progress).containsExactly("ann APPROVE");
	}

	@Test
	void handlersGetTheVotesOfACallWithoutADecision() {
		vote("ann", "approve");
		this.instance.now = found().expiresAt().plus(Duration.ofMinutes(1));
		List.of("bob", "cleo", "cleo-2").forEach((name) -> perform(name));
		List<DurableApproval> ended = new ArrayList<>();
		this.instance.notifyHandlers((approval, decision) -> {
			assertThat(decision).isNull();
			ended.add(approval);
		}).perform(this.id);
		assertThat(ended).singleElement().satisfies((approval) -> {
			assertThat(approval.state()).isEqualTo(DurableState.TIMED_OUT);
			assertThat(approval.asked()).isEmpty();
			assertThat(approval.votes()).extracting(ApprovalVote::pairing).containsExactly("ann");
		});
	}

	@Test
	void stateIsFoundWithoutTheKeyOfTheVotes() {
		vote("ann", "approve");
		byte[] other = new byte[32];
		other[0] = 1;
		DurableApproval approval = new JdbcDurableCallStore(this.instance.dataSource, EncryptionKey.of(other),
				List.of(), false, Persons.unknown())
			.find(this.id);
		assertThat(approval.state()).isEqualTo(DurableState.SUBMITTED);
		assertThat(approval.votes()).isEmpty();
	}

	@Test
	void changedVoteIsNotShown() {
		vote("ann", "approve");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET PAIRING = 'bob' WHERE ID = ?", ballot("ann"));
		assertThat(found().votes()).isEmpty();
	}

	@Test
	void callOfOnePairingHasOneVote() {
		DurableApproval call = this.instance.record();
		assertThat(call.quorum()).isOne();
		assertThat(call.asked()).containsExactly("default");
		this.ask.perform(call.id());
		this.instance.gateway.decide(call.id(), "approve");
		this.instance.progress.clear();
		this.ask.perform(call.id());
		assertThat(this.instance.store.find(call.id())).satisfies((approval) -> {
			assertThat(approval.approvals()).isOne();
			assertThat(approval.votes()).singleElement().matches((vote) -> vote.requestId().equals(call.id()));
		});
		assertThat(this.instance.progress).containsExactly("APPROVED");
	}

	private DurableApproval found() {
		return this.instance.approvals().find(this.id).orElseThrow();
	}

}
