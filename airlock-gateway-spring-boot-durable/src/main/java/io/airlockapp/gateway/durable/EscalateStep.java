/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;

/**
 * Performs the step that asks more approvers of a group at the times of its escalation,
 * while a call is undecided. The last execution is after the expiry, when nobody else is
 * asked any more.
 */
public final class EscalateStep {

	private static final Duration RETRY = Duration.ofMinutes(1);

	private final DurableCallStore store;

	private final BallotTransitions transitions;

	private final InstantSource clock;

	EscalateStep(DurableCallStore store, BallotTransitions transitions, InstantSource clock) {
		this.store = store;
		this.transitions = transitions;
		this.clock = clock;
	}

	/**
	 * Ask the steps of the escalation that are due.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the call is not undecided any more
	 */
	public @Nullable NextStep perform(String id) {
		this.transitions.escalate(id);
		DurableCall call = this.store.findCall(id);
		if (call == null || !CallTransitions.UNDECIDED.contains(call.state())
				|| call.approvers().escalation().isEmpty()) {
			return null;
		}
		DurableApproval approval = call.approval();
		Instant begin = (approval.submittedAt() != null) ? approval.submittedAt() : approval.recordedAt();
		Instant now = this.clock.instant();
		// Until the end of the call, so that a missing step is noticed
		return new NextStep(Step.ESCALATE,
				Stream
					.concat(call.approvers().escalation().stream().map((step) -> begin.plus(step.after())),
							Stream.of(approval.expiresAt(), approval.startBy()))
					.filter(now::isBefore)
					.min(Comparator.naturalOrder())
					.orElse(now.plus(RETRY)));
	}

}
