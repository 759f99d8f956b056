/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.harp.Verdict;

/**
 * Counts the votes of one call. It holds no state: the same ballots have the same result,
 * whichever vote came first. The caller applies a final result, and judges no more.
 */
public final class Tally {

	private final ApproverGroup group;

	private final Persons persons;

	private final Map<String, Set<String>> owners = new ConcurrentHashMap<>();

	/**
	 * Create a tally.
	 * @param group the group whose quorum is needed, without the pairings of an excluded
	 * requester
	 * @param persons the persons who own the pairings
	 */
	public Tally(ApproverGroup group, Persons persons) {
		this.group = group;
		this.persons = persons;
	}

	/**
	 * Judge the ballots.
	 * @param ballots the ballots, of which those with votes are in the order of their
	 * arrival
	 * @param steps the number of steps of the escalation that were asked
	 * @return the result
	 */
	public Result judge(Collection<Ballot> ballots, int steps) {
		List<Ballot> counted = distinct(inState(ballots, State.APPROVED));
		List<Ballot> possible = new ArrayList<>(inState(ballots, State.APPROVED, State.ASKED));
		boolean withinReach = isQuorum(distinct(possible));
		boolean stepDue = !withinReach && steps < this.group.escalation().size()
				&& this.group.escalation().get(steps).onUnavailable();
		for (int step = 0; step < this.group.escalation().size(); step++) {
			possible.addAll(unasked(step, ballots));
		}
		Outcome outcome = outcome(ballots, isQuorum(counted), withinReach || isQuorum(distinct(possible)));
		return new Result(outcome, counted, needless(ballots), stepDue && outcome == Outcome.UNDECIDED);
	}

	private static Outcome outcome(Collection<Ballot> ballots, boolean approved, boolean withinReach) {
		if (!inState(ballots, State.REJECTED).isEmpty()) {
			return Outcome.DENIED;
		}
		if (approved) {
			return Outcome.APPROVED;
		}
		if (withinReach) {
			return Outcome.UNDECIDED;
		}
		return inState(ballots, State.FORGED).isEmpty() ? Outcome.OUT_OF_REACH : Outcome.UNVERIFIED;
	}

	/**
	 * Return whom a step asks.
	 * @param step the index of the step
	 * @param ballots the ballots so far
	 * @return the names of the step's pairings that were not asked yet, and whose votes
	 * can count in addition to the approvals so far
	 */
	public List<String> toAsk(int step, Collection<Ballot> ballots) {
		List<Ballot> approved = inState(ballots, State.APPROVED);
		return unasked(step, ballots).stream()
			.filter((ballot) -> isNeeded(ballot, approved))
			.map(Ballot::pairing)
			.toList();
	}

	private List<Ballot> unasked(int step, Collection<Ballot> ballots) {
		return this.group.escalation()
			.get(step)
			.pairings()
			.stream()
			.filter((pairing) -> ballots.stream().noneMatch((ballot) -> ballot.pairing().equals(pairing)))
			.map((pairing) -> Ballot.of(pairing, State.ASKED))
			.toList();
	}

	private List<Ballot> needless(Collection<Ballot> ballots) {
		List<Ballot> approved = inState(ballots, State.APPROVED);
		return inState(ballots, State.ASKED).stream().filter((ballot) -> !isNeeded(ballot, approved)).toList();
	}

	private boolean isNeeded(Ballot ballot, List<Ballot> approved) {
		List<Ballot> more = Stream.concat(approved.stream(), Stream.of(ballot)).toList();
		return distinct(more).size() > distinct(approved).size();
	}

	private static List<Ballot> inState(Collection<Ballot> ballots, State... states) {
		Set<State> wanted = Set.of(states);
		return ballots.stream().filter((ballot) -> wanted.contains(ballot.state())).toList();
	}

	private boolean isQuorum(List<Ballot> distinct) {
		return distinct.size() >= this.group.quorum();
	}

	/**
	 * Return the largest number of ballots of which no two have the person or the key in
	 * common, since these are one opinion. Earlier ones take precedence. Of those with
	 * the same person, any is as good as the first, unless one has the key of another
	 * person.
	 */
	private List<Ballot> distinct(List<Ballot> ballots) {
		return distinct(ballots, List.of());
	}

	private List<Ballot> distinct(List<Ballot> ballots, List<Ballot> chosen) {
		if (ballots.isEmpty()) {
			return chosen;
		}
		Ballot first = ballots.get(0);
		List<Ballot> others = ballots.subList(1, ballots.size());
		if (!isDistinct(first, chosen)) {
			return distinct(others, chosen);
		}
		List<Ballot> with = distinct(others, Stream.concat(chosen.stream(), Stream.of(first)).toList());
		if (others.stream().noneMatch((other) -> isSameKey(first, other) && !owner(first).equals(owner(other)))) {
			return with;
		}
		List<Ballot> without = distinct(others, chosen);
		return (with.size() >= without.size()) ? with : without;
	}

	private boolean isDistinct(Ballot ballot, List<Ballot> others) {
		return others.stream().noneMatch((other) -> isSameKey(ballot, other) || owner(ballot).equals(owner(other)));
	}

	private static boolean isSameKey(Ballot ballot, Ballot other) {
		return ballot.key() != null && ballot.key().equals(other.key());
	}

	private Set<String> owner(Ballot ballot) {
		return this.owners.computeIfAbsent(ballot.pairing(), this.persons::ownerOf);
	}

	/**
	 * Enumeration of the outcomes of a call.
	 */
	public enum Outcome {

		/**
		 * Not decided yet. All other outcomes are final.
		 */
		UNDECIDED,

		/**
		 * Approved by the quorum, provided that the counted keys are in force now and the
		 * deadline is not over.
		 */
		APPROVED,

		/**
		 * Denied by a single approver.
		 */
		DENIED,

		/**
		 * Undecidable, since too many ballots are lost.
		 */
		OUT_OF_REACH,

		/**
		 * Undecidable, since too many ballots are lost, at least one of them by a
		 * decision that did not verify.
		 */
		UNVERIFIED

	}

	/**
	 * Holds the result of a count.
	 *
	 * @param outcome the outcome
	 * @param counted the approvals that count
	 * @param needless the ballots that wait for a vote in vain, since another vote of the
	 * same person counts
	 * @param stepDue whether the next step of the escalation asks regardless of its time,
	 * since those asked so far cannot reach the quorum
	 */
	public record Result(Outcome outcome, List<Ballot> counted, List<Ballot> needless, boolean stepDue) {

		/**
		 * Return whether a vote of a pairing counts.
		 * @param pairing the name of the pairing
		 * @param verdict the verdict of the vote
		 * @return {@code true} if it is one of the approvals that count, or a rejection
		 * of a denied call
		 */
		public boolean isCounted(String pairing, Verdict verdict) {
			return (verdict == Verdict.REJECT) ? this.outcome == Outcome.DENIED : contains(this.counted, pairing);
		}

		/**
		 * Return whether the ballot of a pairing waits in vain.
		 * @param pairing the name of the pairing
		 * @return {@code true} if it is one of the needless ballots
		 */
		public boolean isNeedless(String pairing) {
			return contains(this.needless, pairing);
		}

		private static boolean contains(List<Ballot> ballots, String pairing) {
			return ballots.stream().anyMatch((ballot) -> ballot.pairing().equals(pairing));
		}

	}

}
