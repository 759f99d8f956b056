/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.OtherPairingException;
import io.airlockapp.gateway.exchange.DecisionDelivery;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.ExchangeReport;
import java.util.function.BooleanSupplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests the decision on a call, by one step for each execution: submits the request,
 * waits for the decision once, or withdraws the request. While an operator has halted all
 * calls, nothing is submitted, but a decision that is made is not lost.
 */
public final class AskStep {

	private static final Log logger = LogFactory.getLog(AskStep.class);

	private static final Set<DurableState> ASKED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED,
			DurableState.CANCELLING);

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final ApprovalSteps steps;

	private final CallSubmitter submitter;

	private final DecisionRecorder decisions;

	private final PendingCounts counts;

	private final AskSchedule schedule;

	private final Predicate<DurableCall> deniedByPolicy;

	private final WaitingCalls otherPairings;

	private final BooleanSupplier halted;

	private final InstantSource clock;

	AskStep(DurableCallStore store, CallTransitions transitions, ApprovalSteps steps, PendingCounts counts,
			AskSchedule schedule, Predicate<DurableCall> deniedByPolicy, WaitingCalls otherPairings,
			Runnable onUnverified, BooleanSupplier halted, InstantSource clock) {
		this.store = store;
		this.transitions = transitions;
		this.steps = steps;
		this.submitter = new CallSubmitter(transitions, steps);
		this.decisions = new DecisionRecorder(transitions, steps, onUnverified);
		this.counts = counts;
		this.schedule = schedule;
		this.deniedByPolicy = deniedByPolicy;
		this.otherPairings = otherPairings;
		this.halted = halted;
		this.clock = clock;
	}

	/**
	 * Perform one step.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the exchange is over
	 * @throws StepFailedException if the step has to be repeated after a pause
	 */
	public @Nullable NextStep perform(String id) {
		DurableApproval approval = this.store.find(id);
		if (approval == null) {
			return null;
		}
		try {
			DurableCall call = this.store.findCall(id);
			NextStep next = (call != null) ? perform(call) : null;
			return (next != null) ? next : unlessEnded(id);
		}
		catch (RuntimeException ex) {
			throw failed(approval, ex);
		}
	}

	private StepFailedException failed(DurableApproval approval, RuntimeException ex) {
		Instant now = this.clock.instant();
		return new StepFailedException(AirlockGatewayException.safeMessage(ex), ex,
				this.schedule.latestRetry(approval, now));
	}

	/**
	 * Return the next step if the state was changed during this one, such as by a
	 * cancellation.
	 */
	private @Nullable NextStep unlessEnded(String id) {
		DurableApproval approval = this.store.find(id);
		boolean open = approval != null && ASKED.contains(approval.state());
		return open ? new NextStep(Step.ASK_FIRST, this.clock.instant()) : null;
	}

	private @Nullable NextStep perform(DurableCall call) {
		if (!ASKED.contains(call.state())) {
			return null;
		}
		if (call.plaintext() == null) {
			// Changed after it was recorded, and possibly submitted before
			withdrawQuietly(call);
			return end(call, DurableState.REFUSED, "NOT_VERIFIED");
		}
		try {
			NextStep next = performVerified(call);
			this.otherPairings.remove(call.id());
			return next;
		}
		catch (OtherPairingException ex) {
			this.otherPairings.add(call.approval());
			return later(call);
		}
	}

	private @Nullable NextStep performVerified(DurableCall call) {
		return switch (call.state()) {
			case RECORDED -> submit(call);
			case SUBMITTED -> ask(call);
			case CANCELLING -> withdraw(call);
			default -> null;
		};
	}

	private @Nullable NextStep submit(DurableCall call) {
		if (isOver(call.approval().expiresAt())) {
			// It may have been submitted before this instance or another one stopped
			return (call.artifact() != null) ? ask(call) : end(call, DurableState.TIMED_OUT, null);
		}
		if (this.halted.getAsBoolean()) {
			return later(call);
		}
		if (this.deniedByPolicy.test(call)) {
			return deny(call);
		}
		AirlockGatewayException refusal = this.submitter.submit(call);
		if (refusal != null) {
			return refused(call, refusal);
		}
		DurableApproval approval = this.store.find(call.id());
		if (approval != null && (approval.state() == DurableState.CANCELLING || approval.state().isEnded())) {
			// The gateway may not have held the request yet when it was withdrawn
			withdrawQuietly(call);
			return null;
		}
		return again(call);
	}

	/**
	 * End a call whose request the gateway refuses. It does so if the request expired
	 * while it waited for its turn.
	 */
	private @Nullable NextStep refused(DurableCall call, AirlockGatewayException refusal) {
		if (!refusal.isOtherContent() && isOver(call.approval().expiresAt())) {
			return end(call, DurableState.TIMED_OUT, null);
		}
		logger.warn("The gateway refuses approval %s '%s': %s".formatted(call.id(), call.approval().label(),
				refusal.getMessage()));
		return end(call, DurableState.REFUSED, "GATEWAY_REFUSED");
	}

	/**
	 * End a call that a policy denies. It may have been submitted, and approved, before
	 * this instance or another one stopped.
	 */
	private @Nullable NextStep deny(DurableCall call) {
		if (call.artifact() != null) {
			ExchangeReport report = this.steps.withdraw(call.id(), call.hash());
			if (report.delivery() != null && this.decisions.isPaired(call)) {
				return decide(call, report.delivery());
			}
			requireSettled(call, report);
		}
		return end(call, DurableState.REFUSED, "POLICY");
	}

	/**
	 * Require that the withdrawn request of a call is no longer pending, so that nobody
	 * approves it in vain, or that the time to start is over.
	 */
	private void requireSettled(DurableCall call, ExchangeReport report) {
		boolean settled = report.isEnded() || report.delivery() != null || report.standing() == Standing.UNKNOWN
				|| report.standing() == Standing.OTHER_CONTENT;
		if (!settled && !isOver(call.approval().startBy())) {
			throw failure(call, report, "Approval %s cannot be withdrawn".formatted(call.id()));
		}
	}

	private @Nullable NextStep ask(DurableCall call) {
		if (isOver(call.approval().startBy())) {
			return giveUp(call);
		}
		if (!this.decisions.isPaired(call)) {
			withdrawQuietly(call);
			return end(call, DurableState.REFUSED, "PAIRING_REVOKED");
		}
		boolean expired = isOver(call.approval().expiresAt());
		ExchangeReport report = expired ? this.steps.inspect(call.id(), call.hash())
				: this.steps.poll(call.id(), call.hash(), this.schedule.hold(this.counts.get()));
		if (isOver(call.approval().expiresAt().plus(AskSchedule.LAST_LOOK))) {
			report = withdrawn(call, report);
		}
		if (report.delivery() != null) {
			return decide(call, report.delivery());
		}
		return switch (report.standing()) {
			case EXPIRED -> end(call, DurableState.TIMED_OUT, null);
			case WITHDRAWN, CANCELLED -> end(call, DurableState.REFUSED, "WITHDRAWN");
			case OTHER_CONTENT -> end(call, DurableState.REFUSED, "GATEWAY_REFUSED");
			case UNKNOWN -> {
				if (isOver(call.approval().expiresAt().plus(AskSchedule.FORGOTTEN))) {
					yield end(call, DurableState.TIMED_OUT, null);
				}
				if (expired) {
					// Another server may respond while the gateway restarts
					throw failure(call, report, "The gateway does not know approval " + call.id());
				}
				if (!this.halted.getAsBoolean()) {
					this.submitter.submitAgain(call);
				}
				yield again(call);
			}
			case UNDECIDED -> isOver(call.approval().expiresAt().plus(AskSchedule.LAST_LOOK))
					? end(call, DurableState.TIMED_OUT, null) : again(call);
			case DECIDED -> throw failure(call, report, "The gateway does not deliver the decision on " + call.id());
			case UNCLEAR -> throw failure(call, report, "The state of approval %s is not known".formatted(call.id()));
		};
	}

	/**
	 * End a call whose time to start is over. The request for the state shows whether a
	 * decision was lost.
	 */
	private @Nullable NextStep giveUp(DurableCall call) {
		ExchangeReport last = withdrawn(call, this.steps.inspect(call.id(), call.hash()));
		if (last.delivery() != null && isPairedHere(call)) {
			return decide(call, last.delivery());
		}
		return end(call, DurableState.TIMED_OUT, (last.standing() == Standing.DECIDED) ? "DECISION_LOST" : null);
	}

	/**
	 * Withdraw a request that the gateway still holds although its time is over, as with
	 * another clock. Otherwise, an approver could approve it in vain.
	 */
	private ExchangeReport withdrawn(DurableCall call, ExchangeReport report) {
		if (report.standing() != Standing.UNDECIDED) {
			return report;
		}
		ExchangeReport withdrawal = this.steps.withdraw(call.id(), call.hash());
		return (withdrawal.standing() == Standing.WITHDRAWN) ? report : withdrawal;
	}

	private AirlockGatewayException failure(DurableCall call, ExchangeReport report, String message) {
		return (report.failure() != null) ? report.failure()
				: new ApprovalUnavailableException(message, call.id(), null);
	}

	private @Nullable NextStep decide(DurableCall call, DecisionDelivery delivery) {
		if (isOver(call.approval().startBy())) {
			return this.decisions.endUnused(call, delivery, DurableState.TIMED_OUT, "FOUND_TOO_LATE") ? null
					: end(call, DurableState.TIMED_OUT, null);
		}
		return this.decisions.decide(call, delivery) ? null : later(call);
	}

	private @Nullable NextStep withdraw(DurableCall call) {
		if (call.artifact() == null) {
			return end(call, DurableState.CANCELLED, null);
		}
		ExchangeReport report = this.steps.withdraw(call.id(), call.hash());
		if (report.delivery() != null && isPairedHere(call)
				&& this.decisions.endUnused(call, report.delivery(), DurableState.CANCELLED, null)) {
			return null;
		}
		requireSettled(call, report);
		return end(call, DurableState.CANCELLED, null);
	}

	/**
	 * Return whether this instance can verify a decision on a call that ends now.
	 */
	private boolean isPairedHere(DurableCall call) {
		try {
			return this.decisions.isPaired(call);
		}
		catch (OtherPairingException ex) {
			return false;
		}
	}

	private void withdrawQuietly(DurableCall call) {
		try {
			this.steps.withdraw(call.id(), call.hash());
		}
		catch (RuntimeException ex) {
			logger.debug("Approval %s cannot be withdrawn: %s".formatted(call.id(),
					AirlockGatewayException.safeMessage(ex)));
		}
	}

	private @Nullable NextStep end(DurableCall call, DurableState state, @Nullable String problem) {
		this.transitions.end(call, state, problem);
		return null;
	}

	private NextStep again(DurableCall call) {
		return this.schedule.next(call.approval(), this.counts.get(), this.clock.instant());
	}

	/**
	 * Return the next step after a message that does not verify, which the gateway may
	 * repeat at once.
	 */
	private NextStep later(DurableCall call) {
		NextStep next = again(call);
		Instant now = this.clock.instant();
		Instant pause = this.schedule.limit(call.approval(), now.plus(AskSchedule.LAST_LOOK), now);
		return next.time().isBefore(pause) ? new NextStep(next.step(), pause) : next;
	}

	private boolean isOver(Instant time) {
		return !this.clock.instant().isBefore(time);
	}

}
