/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

	/**
	 * The next tries of steps, of which a pairing could not be read, by index.
	 */
	private final Map<Integer, Retry> postponed = new HashMap<>();

	private @Nullable Deadline started;

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
		this.postponed.clear();
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
		this.postponed.put(step.index(), new Retry(Deadline.in(PAUSE, this.ticker), step.unavailable()));
	}

	/**
	 * Return the time until the next step.
	 * @return the time, or {@code null} if there is no further step
	 */
	@Nullable Duration untilNext() {
		Stream<Duration> retries = this.postponed.values().stream().map((retry) -> retry.time().remaining());
		return Stream.concat(Stream.ofNullable(untilNextTime()), retries).min(Comparator.naturalOrder()).orElse(null);
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
		for (int step = 0; step < this.steps; step++) {
			Retry retry = this.postponed.get(step);
			if (retry != null && !retry.time().isOver()) {
				continue;
			}
			this.postponed.remove(step);
			List<String> pairings = this.ballots.toAsk(step);
			if (!pairings.isEmpty()) {
				// Without a retry, a phone that the step left out is needed after all
				return new Step(step, pairings, retry == null || retry.unavailable());
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

	private record Retry(Deadline time, boolean unavailable) {
	}

}
