/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.harp.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TallyTests {

	private final Tally twoOfThree = new Tally(group(2, "a", "b", "c"), Persons.unknown());

	@Test
	void outcomeWhenApprovalIsMissingIsUndecided() {
		Tally.Result result = this.twoOfThree.judge(List.of(yes("a", "k1"), asked("b"), asked("c")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
		assertThat(result.counted()).containsExactly(yes("a", "k1"));
		assertThat(result.needless()).isEmpty();
		assertThat(result.isCounted("a", Verdict.APPROVE)).isTrue();
		assertThat(result.isCounted("b", Verdict.APPROVE)).isFalse();
	}

	@Test
	void outcomeWhenQuorumIsReachedIsApproved() {
		Tally.Result result = this.twoOfThree.judge(List.of(yes("c", "k3"), yes("a", "k1"), asked("b")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.APPROVED);
		assertThat(result.counted()).containsExactly(yes("c", "k3"), yes("a", "k1"));
	}

	@Test
	void secondApprovalBySameKeyDoesNotCount() {
		Tally.Result result = this.twoOfThree.judge(List.of(yes("a", "k1"), yes("b", "k1"), asked("c")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
		assertThat(result.counted()).containsExactly(yes("a", "k1"));
	}

	@Test
	void outcomeWhenLastApprovalIsBySameKeyIsOutOfReach() {
		assertThat(outcome(this.twoOfThree, yes("a", "k1"), yes("b", "k1"), lost("c"))).isEqualTo(Outcome.OUT_OF_REACH);
	}

	@Test
	void secondApprovalOfSamePersonDoesNotCount() {
		Tally tally = new Tally(group(2, "a", "b", "c"), persons("a", "Ann", "b", "ANN"));
		assertThat(outcome(tally, yes("a", "k1"), yes("b", "k2"), asked("c"))).isEqualTo(Outcome.UNDECIDED);
		assertThat(outcome(tally, yes("a", "k1"), yes("b", "k2"), yes("c", "k3"))).isEqualTo(Outcome.APPROVED);
	}

	@Test
	void otherPhoneOfPersonIsNeedlessAfterFirstApproval() {
		Tally tally = new Tally(group(2, "a", "b", "c"), persons("a", "ann", "b", "ann"));
		Tally.Result result = tally.judge(List.of(yes("a", "k1"), asked("b"), asked("c")), 0);
		assertThat(result.needless()).containsExactly(asked("b"));
		assertThat(result.isNeedless("b")).isTrue();
		assertThat(result.isNeedless("c")).isFalse();
	}

	@Test
	void rejectionCountsIfTheCallIsDeniedAndAnApprovalIfItIsCounted() {
		Tally.Result denied = this.twoOfThree.judge(List.of(yes("a", "k1"), no("b"), asked("c")), 0);
		assertThat(denied.isCounted("b", Verdict.REJECT)).isTrue();
		assertThat(denied.isCounted("a", Verdict.APPROVE)).isTrue();
		assertThat(denied.isCounted("b", Verdict.APPROVE)).isFalse();
		Tally.Result approved = this.twoOfThree.judge(List.of(yes("a", "k1"), yes("b", "k2"), asked("c")), 0);
		assertThat(approved.isCounted("a", Verdict.APPROVE)).isTrue();
		assertThat(approved.isCounted("c", Verdict.APPROVE)).isFalse();
		assertThat(approved.isCounted("a", Verdict.REJECT)).isFalse();
	}

	@Test
	void voteThatCollidesWithTwoOthersIsNotCounted() {
		// The first vote collides with both of the others, which do not collide
		Tally tally = new Tally(group(2, "a", "b", "c"), persons("a", "ann", "b", "ann"));
		assertThat(outcome(tally, yes("a", "k1"), yes("b", "k2"), yes("c", "k1"))).isEqualTo(Outcome.APPROVED);
	}

	@Test
	void outcomeWhenRejectedIsDeniedDespiteApprovals() {
		assertThat(outcome(this.twoOfThree, yes("a", "k1"), no("c"), asked("b"))).isEqualTo(Outcome.DENIED);
		assertThat(outcome(this.twoOfThree, yes("a", "k1"), yes("b", "k2"), no("c"))).isEqualTo(Outcome.DENIED);
		assertThat(outcome(this.twoOfThree, lost("a"), lost("b"), no("c"))).isEqualTo(Outcome.DENIED);
	}

	@Test
	void outcomeWhenBallotIsLostIsUndecidedWhileQuorumIsInReach() {
		assertThat(outcome(this.twoOfThree, lost("a"), asked("b"), asked("c"))).isEqualTo(Outcome.UNDECIDED);
		assertThat(outcome(this.twoOfThree, lost("a"), yes("b", "k2"), lost("c"))).isEqualTo(Outcome.OUT_OF_REACH);
	}

	@Test
	void ballotsOfOnePersonReachOneApproval() {
		Tally tally = new Tally(group(2, "a", "b", "c"), persons("a", "ann", "b", "ann"));
		assertThat(outcome(tally, asked("a"), asked("b"), lost("c"))).isEqualTo(Outcome.OUT_OF_REACH);
	}

	@Test
	void forgedDecisionIsALostBallot() {
		assertThat(outcome(this.twoOfThree, forged("a"), asked("b"), asked("c"))).isEqualTo(Outcome.UNDECIDED);
		assertThat(outcome(this.twoOfThree, forged("a"), yes("b", "k2"), yes("c", "k3"))).isEqualTo(Outcome.APPROVED);
		assertThat(outcome(this.twoOfThree, forged("a"), yes("b", "k2"), lost("c"))).isEqualTo(Outcome.UNVERIFIED);
	}

	@Test
	void stepIsDueWhenOpenBallotsCannotReachQuorum() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step("c", true)), Persons.unknown());
		Tally.Result result = tally.judge(List.of(lost("a"), asked("b")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
		assertThat(result.stepDue()).isTrue();
		assertThat(tally.judge(List.of(yes("a", "k1"), asked("b")), 0).stepDue()).isFalse();
		assertThat(tally.judge(List.of(lost("a"), asked("b"), asked("c")), 1).stepDue()).isFalse();
		assertThat(outcome(tally, 1, lost("a"), asked("b"), lost("c"))).isEqualTo(Outcome.OUT_OF_REACH);
	}

	@Test
	void stepThatWaitsForItsTimeIsNotDueButKeepsTheCallAlive() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step("c", false), step("d", true)), Persons.unknown());
		Tally.Result result = tally.judge(List.of(lost("a"), asked("b")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
		assertThat(result.stepDue()).isFalse();
		assertThat(tally.judge(List.of(lost("a"), asked("b"), lost("c")), 1).stepDue()).isTrue();
	}

	@Test
	void stepThatWouldNotHelpIsNotDue() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step("c", true)), Persons.unknown());
		Tally.Result result = tally.judge(List.of(lost("a"), lost("b")), 0);
		assertThat(result.outcome()).isEqualTo(Outcome.OUT_OF_REACH);
		assertThat(result.stepDue()).isFalse();
	}

	@Test
	void stepOmitsPersonWhoHasApproved() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step(List.of("c", "d"), true)),
				persons("a", "x", "c", "x"));
		assertThat(tally.toAsk(0, List.of(asked("a"), asked("b")))).containsExactly("c", "d");
		assertThat(tally.toAsk(0, List.of(yes("a", "k1"), asked("b")))).containsExactly("d");
		assertThat(tally.toAsk(0, List.of(asked("a"), asked("b"), asked("d")))).containsExactly("c");
	}

	@Test
	void phoneThatStepOmittedIsRequestedWhenVoteIsStruck() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step("c", true)), persons("a", "x", "c", "x"));
		assertThat(tally.toAsk(0, List.of(yes("a", "k1"), asked("b")))).isEmpty();
		assertThat(outcome(tally, 1, lost("a"), asked("b"))).isEqualTo(Outcome.UNDECIDED);
		assertThat(tally.toAsk(0, List.of(lost("a"), asked("b")))).containsExactly("c");
	}

	@Test
	void phoneIsNeededIfAnotherHasThePersonsKey() {
		Tally tally = new Tally(group(2, List.of("a", "b"), step("c", true)), persons("a", "x", "c", "x"));
		assertThat(tally.toAsk(0, List.of(yes("a", "k1"), yes("b", "k1")))).containsExactly("c");
		assertThat(tally.judge(List.of(yes("a", "k1"), yes("b", "k1"), asked("c")), 1).needless()).isEmpty();
		assertThat(outcome(tally, 1, yes("a", "k1"), yes("b", "k1"), yes("c", "k2"))).isEqualTo(Outcome.APPROVED);
	}

	@Test
	void withoutRequesterRemovesPairingsFromAllSteps() {
		ApproverGroup others = group(2, List.of("a", "b"), step(List.of("c", "d"), true)).without(List.of("ANN"),
				persons("a", "ann", "c", "ann"));
		assertThat(others.members()).containsExactly("b", "d");
		assertThat(others.quorum()).isEqualTo(2);
		assertThat(others.escalation()).hasSize(1);
	}

	@Test
	void ballotWhenVoteHasNoKeyThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> Ballot.of("a", State.APPROVED));
		assertThatIllegalArgumentException().isThrownBy(() -> Ballot.of("a", State.REJECTED));
		assertThatIllegalArgumentException().isThrownBy(() -> new Ballot("a", State.ASKED, "k1"));
	}

	private static Outcome outcome(Tally tally, Ballot... ballots) {
		return outcome(tally, 0, ballots);
	}

	private static Outcome outcome(Tally tally, int steps, Ballot... ballots) {
		return tally.judge(List.of(ballots), steps).outcome();
	}

	/**
	 * A search of all subsets of these ballots would not end.
	 */
	@Test
	@Timeout(60)
	void countsManyBallotsOfTheSamePersons() {
		List<String> pairings = new ArrayList<>();
		Map<String, List<String>> principals = new HashMap<>();
		for (int i = 0; i < 60; i++) {
			pairings.add("p" + i);
			principals.put("p" + i, List.of("person-" + i / 2));
		}
		List<Ballot> ballots = pairings.stream().map((pairing) -> Ballot.of(pairing, State.ASKED)).toList();
		Tally tally = new Tally(group(31, "p0"), new Persons(principals));
		assertThat(tally.judge(ballots, 0).outcome()).isEqualTo(Outcome.OUT_OF_REACH);
		assertThat(new Tally(group(30, "p0"), new Persons(principals)).judge(ballots, 0).outcome())
			.isEqualTo(Outcome.UNDECIDED);
	}

	static ApproverGroup group(int quorum, String... pairings) {
		return group(quorum, List.of(pairings));
	}

	static ApproverGroup group(int quorum, List<String> pairings, EscalationStep... steps) {
		return new ApproverGroup("refunds", pairings, quorum, null, false, false, Arrays.asList(steps));
	}

	private static EscalationStep step(String pairing, boolean onUnavailable) {
		return step(List.of(pairing), onUnavailable);
	}

	static EscalationStep step(List<String> pairings, boolean onUnavailable) {
		return new EscalationStep(Duration.ofMinutes(1), pairings, onUnavailable);
	}

	private static Persons persons(String pairing, String principal, String other, String otherPrincipal) {
		return new Persons(Map.of(pairing, List.of(principal), other, List.of(otherPrincipal)));
	}

	private static Ballot asked(String pairing) {
		return Ballot.of(pairing, State.ASKED);
	}

	private static Ballot lost(String pairing) {
		return Ballot.of(pairing, State.LOST);
	}

	private static Ballot forged(String pairing) {
		return Ballot.of(pairing, State.FORGED);
	}

	private static Ballot yes(String pairing, String key) {
		return new Ballot(pairing, State.APPROVED, key);
	}

	private static Ballot no(String pairing) {
		return new Ballot(pairing, State.REJECTED, "k9");
	}

}
