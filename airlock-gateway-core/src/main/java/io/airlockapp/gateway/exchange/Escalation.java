/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Determines which step of an escalation asks more approvers of a group, and when.
 */
final class Escalation {

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final List<EscalationStep> configured;

	private final GroupBallots ballots;

	private final Ticker ticker;

	private @Nullable Deadline started;

	private @Nullable Step postponed;

	private @Nullable Deadline nextTry;

	private int steps;

	Escalation(List<EscalationStep> configured, GroupBallots ballots, Ticker ticker) {
		this.configured = configured;
		this.ballots = ballots;
		this.ticker = ticker;
	}

	/**
	 * Start the time of the steps.
	 */
	void start() {
		this.started = Deadline.in(Duration.ZERO, this.ticker);
	}

	/**
	 * Ask no more steps.
	 */
	void end() {
		this.steps = this.configured.size();
		this.postponed = null;
		this.nextTry = null;
	}

	/**
	 * Return the number of steps that were asked.
	 */
	int steps() {
		return this.steps;
	}

	/**
	 * Postpone a step, of which a pairing cannot be read at the moment.
	 */
	void postpone(Step step) {
		this.postponed = step;
		this.nextTry = Deadline.in(PAUSE, this.ticker);
	}

	/**
	 * Return the time until the next step.
	 * @return the time, or {@code null} if there is no further step
	 */
	@Nullable Duration untilNext() {
		Duration left = untilNextTime();
		if (this.nextTry == null || (left != null && left.compareTo(this.nextTry.remaining()) < 0)) {
			return left;
		}
		return this.nextTry.remaining();
	}

	private @Nullable Duration untilNextTime() {
		return (this.started == null || this.steps == this.configured.size()) ? null
				: this.started.plus(this.configured.get(this.steps).after()).remaining();
	}

	/**
	 * Return the step that is due.
	 * @param result the count of the votes
	 * @return the step, or {@code null} if none is due
	 */
	@Nullable Step findDue(Tally.Result result) {
		Step again = findAgain();
		if (again != null) {
			return again;
		}
		Duration left = untilNextTime();
		if (left == null || (!left.isZero() && !result.stepDue())) {
			return null;
		}
		int next = this.steps++;
		return new Step(next, this.ballots.toAsk(next), !left.isZero());
	}

	/**
	 * Return an earlier step that has to ask a pairing after all.
	 */
	private @Nullable Step findAgain() {
		Step again = this.postponed;
		if (again != null && this.nextTry != null) {
			if (!this.nextTry.isOver()) {
				return null;
			}
			this.postponed = null;
			this.nextTry = null;
			List<String> pairings = this.ballots.toAsk(again.index());
			if (!pairings.isEmpty()) {
				return new Step(again.index(), pairings, again.unavailable());
			}
		}
		for (int step = 0; step < this.steps; step++) {
			// A phone that the step left out is needed after all
			List<String> pairings = this.ballots.toAsk(step);
			if (!pairings.isEmpty()) {
				return new Step(step, pairings, true);
			}
		}
		return null;
	}

	/**
	 * Step that is due.
	 *
	 * @param index the index of the step
	 * @param pairings the pairings to ask, which may be none
	 * @param unavailable whether the step does not wait for its time
	 */
	record Step(int index, List<String> pairings, boolean unavailable) {
	}

}
