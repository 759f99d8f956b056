/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
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

	private final DurableDependencies dependencies;

	private final BallotTransitions transitions;

	private final BooleanSupplier halted;

	/**
	 * Create a step.
	 * @param dependencies the collaborators
	 * @param halted whether an operator has halted all calls
	 */
	public EscalateStep(DurableDependencies dependencies, BooleanSupplier halted) {
		this.dependencies = dependencies;
		this.transitions = new BallotTransitions(dependencies);
		this.halted = halted;
	}

	/**
	 * Ask the steps of the escalation that are due.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the call is not undecided any more
	 */
	public @Nullable NextStep perform(String id) {
		DurableApproval read = this.dependencies.store().find(id);
		if (read == null || !CallTransitions.UNDECIDED.contains(read.state())) {
			// The content of a call that has ended may not be readable
			return null;
		}
		// A step that becomes due meanwhile is still to be asked
		Instant now = this.dependencies.clock().instant();
		boolean halted = this.halted.getAsBoolean();
		try {
			this.transitions.escalate(id, halted);
		}
		catch (UnreadableCallException ex) {
			if (now.isBefore(read.startBy())) {
				throw ex;
			}
			// Without this step, the call is found, and ended
			return null;
		}
		DurableCall call = this.dependencies.store().findCall(id);
		if (call == null || !CallTransitions.UNDECIDED.contains(call.state())
				|| call.approvers().escalation().isEmpty()) {
			return null;
		}
		DurableApproval approval = call.approval();
		Instant since = this.dependencies.store().findAskedSince(id);
		// The time of the steps begins after the halt
		Instant next = (halted && approval.submittedAt() == null) ? now.plus(RETRY) : approval.startBy();
		// Until the end of the call, so that a missing step is noticed
		return new NextStep(Step.ESCALATE,
				Stream
					.concat(call.approvers().escalation().stream().map((step) -> since.plus(step.after())),
							Stream.of(approval.expiresAt(), approval.startBy(), next))
					.filter(now::isBefore)
					.min(Comparator.naturalOrder())
					.orElse(now.plus(RETRY)));
	}

}
