/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.approvers.Tally.Result;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of random sequences of events over random persons, keys and steps, against an
 * exhaustive search.
 */
class TallyPropertyTests {

	@Property(tries = 1000)
	void countsLikeAnExhaustiveSearch(@ForAll Random random) {
		new Call(random).run();
	}

	@Tag("slow")
	@Property(tries = 70_000)
	void countsLikeAnExhaustiveSearchInAMillionStates(@ForAll Random random) {
		new Call(random).run();
	}

	/**
	 * Random call, whose every state is checked.
	 */
	private static final class Call {

		private static final List<State> ENDS = List.of(State.APPROVED, State.APPROVED, State.APPROVED, State.REJECTED,
				State.LOST, State.LOST, State.FORGED);

		private final Random random;

		private final ApproverGroup group;

		private final Map<String, List<String>> principals = new TreeMap<>();

		private final Tally tally;

		private final List<Ballot> ballots = new ArrayList<>();

		private int steps;

		private Outcome before = Outcome.UNDECIDED;

		private Call(Random random) {
			this.random = random;
			List<String> first = names("a", 1 + random.nextInt(4));
			List<EscalationStep> escalation = new ArrayList<>();
			for (int i = 0; i < random.nextInt(3); i++) {
				escalation.add(TallyTests.step(names("s" + i, 1 + random.nextInt(2)), random.nextBoolean()));
			}
			this.group = TallyTests.group(1 + random.nextInt(4), first, escalation.toArray(EscalationStep[]::new));
			this.group.members().forEach((member) -> this.principals.put(member, List.of("p" + random.nextInt(6))));
			this.tally = new Tally(this.group, new Persons(this.principals));
			first.forEach((pairing) -> this.ballots.add(Ballot.of(pairing, State.ASKED)));
		}

		private static List<String> names(String prefix, int count) {
			List<String> names = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				names.add(prefix + i);
			}
			return names;
		}

		private void run() {
			check();
			for (int i = 0; i < 14; i++) {
				boolean struck = event();
				Outcome outcome = check();
				if (!struck && this.before != Outcome.UNDECIDED && this.before != Outcome.APPROVED) {
					assertThat(outcome).isIn(this.before, Outcome.DENIED, Outcome.UNVERIFIED);
				}
				if (!struck && this.before == Outcome.APPROVED) {
					assertThat(outcome).isIn(Outcome.APPROVED, Outcome.DENIED);
				}
				if (this.before == Outcome.DENIED) {
					assertThat(outcome).isEqualTo(Outcome.DENIED);
				}
				this.before = outcome;
			}
		}

		/**
		 * Apply a random event: a step, a vote, a loss, or a vote that is struck.
		 * @return whether a vote was struck
		 */
		private boolean event() {
			if (this.steps < this.group.escalation().size() && this.random.nextInt(4) == 0) {
				for (String pairing : this.tally.toAsk(this.steps++, this.ballots)) {
					this.ballots.add(Ballot.of(pairing, State.ASKED));
				}
				return false;
			}
			Ballot ballot = this.ballots.get(this.random.nextInt(this.ballots.size()));
			if (ballot.state() == State.APPROVED && this.random.nextInt(3) == 0) {
				replace(ballot, Ballot.of(ballot.pairing(), State.LOST));
				return true;
			}
			if (ballot.state() == State.ASKED) {
				State end = ENDS.get(this.random.nextInt(ENDS.size()));
				boolean vote = end == State.APPROVED || end == State.REJECTED;
				replace(ballot, new Ballot(ballot.pairing(), end, vote ? "k" + this.random.nextInt(6) : null));
			}
			return false;
		}

		/**
		 * Replace a ballot at the end of the list, as its event is the latest.
		 */
		private void replace(Ballot ballot, Ballot replacement) {
			this.ballots.remove(ballot);
			this.ballots.add(replacement);
		}

		private Outcome check() {
			Result result = this.tally.judge(this.ballots, this.steps);
			assertThat(result.outcome()).isEqualTo(expected());
			assertThat(distinct(result.counted())).isTrue();
			assertThat(this.ballots).containsAll(result.counted());
			assertThat(result.counted()).allMatch((ballot) -> ballot.state() == State.APPROVED)
				.hasSize(largest(yeses(), 0, new ArrayList<>()));
			if (result.stepDue()) {
				assertThat(this.group.escalation().get(this.steps).onUnavailable()).isTrue();
				assertThat(largest(open(), 0, new ArrayList<>())).isLessThan(this.group.quorum());
			}
			List<Ballot> shuffled = new ArrayList<>(this.ballots);
			Collections.shuffle(shuffled, this.random);
			Result other = this.tally.judge(shuffled, this.steps);
			assertThat(other.outcome()).isEqualTo(result.outcome());
			assertThat(other.counted()).hasSameSizeAs(result.counted());
			return result.outcome();
		}

		private Outcome expected() {
			if (this.ballots.stream().anyMatch((ballot) -> ballot.state() == State.REJECTED)) {
				return Outcome.DENIED;
			}
			if (largest(yeses(), 0, new ArrayList<>()) >= this.group.quorum()) {
				return Outcome.APPROVED;
			}
			List<Ballot> possible = open();
			this.group.escalation()
				.stream()
				.flatMap((step) -> step.pairings().stream())
				.filter((pairing) -> this.ballots.stream().noneMatch((ballot) -> ballot.pairing().equals(pairing)))
				.forEach((pairing) -> possible.add(Ballot.of(pairing, State.ASKED)));
			if (largest(possible, 0, new ArrayList<>()) >= this.group.quorum()) {
				return Outcome.UNDECIDED;
			}
			boolean forged = this.ballots.stream().anyMatch((ballot) -> ballot.state() == State.FORGED);
			return forged ? Outcome.UNVERIFIED : Outcome.OUT_OF_REACH;
		}

		private List<Ballot> yeses() {
			return this.ballots.stream().filter((ballot) -> ballot.state() == State.APPROVED).toList();
		}

		private List<Ballot> open() {
			return new ArrayList<>(this.ballots.stream()
				.filter((ballot) -> ballot.state() == State.APPROVED || ballot.state() == State.ASKED)
				.toList());
		}

		private int largest(List<Ballot> ballots, int index, List<Ballot> chosen) {
			if (index == ballots.size()) {
				return distinct(chosen) ? chosen.size() : 0;
			}
			int without = largest(ballots, index + 1, chosen);
			List<Ballot> with = new ArrayList<>(chosen);
			with.add(ballots.get(index));
			return Math.max(without, largest(ballots, index + 1, with));
		}

		private boolean distinct(List<Ballot> chosen) {
			long persons = chosen.stream().map((ballot) -> this.principals.get(ballot.pairing())).distinct().count();
			long votes = chosen.stream().filter((ballot) -> ballot.key() != null).count();
			long keys = chosen.stream().filter((ballot) -> ballot.key() != null).map(Ballot::key).distinct().count();
			return persons == chosen.size() && keys == votes;
		}

	}

}
