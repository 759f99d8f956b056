/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.OtherPairingException;
import io.airlockapp.gateway.durable.exchange.StruckVotes;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.exchange.ExchangeReport;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.ReceivedDecision;
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

	/**
	 * The problem of a ballot whose request was withdrawn.
	 */
	static final String WITHDRAWN = "WITHDRAWN";

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final BallotTransitions ballots;

	private final ApprovalSteps steps;

	private final CallSubmitter submitter;

	private final DecisionRecorder decisions;

	private final PendingCounts counts;

	private final AskSchedule schedule;

	private final Predicate<DurableCall> deniedByPolicy;

	private final WaitingCalls otherPairings;

	private final BooleanSupplier halted;

	private final Persons persons;

	private final InstantSource clock;

	/**
	 * Create a step.
	 * @param dependencies the collaborators
	 * @param steps the steps of an exchange
	 * @param deniedByPolicy whether a policy denies a call
	 * @param otherPairings the calls for which another pairing was asked
	 * @param onUnverified the callback for decisions that do not verify
	 * @param halted whether an operator has halted all calls
	 * @param random the source of jitter
	 */
	public AskStep(DurableDependencies dependencies, ApprovalSteps steps, Predicate<DurableCall> deniedByPolicy,
			WaitingCalls otherPairings, Runnable onUnverified, BooleanSupplier halted, RandomGenerator random) {
		this.store = dependencies.store();
		this.transitions = new CallTransitions(dependencies);
		this.steps = steps;
		this.ballots = new BallotTransitions(dependencies);
		this.submitter = new CallSubmitter(this.ballots, steps);
		this.decisions = new DecisionRecorder(this.ballots, steps, onUnverified);
		this.counts = dependencies.counts();
		this.schedule = new AskSchedule(dependencies.settings(), random);
		this.deniedByPolicy = deniedByPolicy;
		this.otherPairings = otherPairings;
		this.halted = halted;
		this.persons = dependencies.persons();
		this.clock = dependencies.clock();
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
		Instant began = this.clock.instant();
		try {
			DurableCall call = this.store.findCall(id);
			if (call == null) {
				return null;
			}
			AskedBallot asked = new AskedBallot(call, call.ballot(id));
			boolean whole = id.equals(call.id()) && (call.isOfGroup() || asked.ballot().isSettled());
			NextStep next = whole ? openOrSettle(asked) : perform(asked);
			return (next != null) ? next : unlessEnded(id);
		}
		catch (UnreadableCallException ex) {
			if (!isOver(approval.startBy())) {
				throw failed(approval, began, ex);
			}
			this.transitions.endUnreadable(approval);
			return null;
		}
		catch (Exception ex) {
			throw failed(approval, began, ex);
		}
	}

	/**
	 * Store the ballots of a call that a group decides on, or go on with a call whose
	 * ballots are settled.
	 */
	private @Nullable NextStep openOrSettle(AskedBallot asked) {
		DurableCall call = asked.call();
		if (!ASKED.contains(call.state())) {
			return null;
		}
		if (call.plaintext() == null) {
			// Changed after it was recorded
			return end(asked, DurableState.REFUSED, CallTransitions.NOT_VERIFIED);
		}
		if (!call.ballots().isEmpty()) {
			return call.isSettled() ? settle(asked) : null;
		}
		if (call.state() == DurableState.SUBMITTED) {
			// Without the ballots that it had
			return end(asked, DurableState.REFUSED, CallTransitions.NOT_VERIFIED);
		}
		if (call.state() == DurableState.CANCELLING) {
			return end(asked, DurableState.CANCELLED, null);
		}
		if (isOver(call.approval().expiresAt())) {
			return end(asked, DurableState.TIMED_OUT, null);
		}
		if (this.halted.getAsBoolean()) {
			return later(asked);
		}
		if (this.deniedByPolicy.test(call)) {
			return end(asked, DurableState.REFUSED, "POLICY");
		}
		this.ballots.open(call.id());
		return null;
	}

	/**
	 * End a call that was cancelled when none of its requests was open, so that none ends
	 * it, or count its votes, for which no step of a ballot may be left.
	 */
	private @Nullable NextStep settle(AskedBallot asked) {
		DurableCall call = asked.call();
		if (call.state() == DurableState.CANCELLING) {
			return end(asked, DurableState.CANCELLED, null);
		}
		return recount(new AskedBallot(call, call.ballots().get(0)));
	}

	private StepFailedException failed(DurableApproval approval, Instant began, Exception ex) {
		return new StepFailedException(ex, this.schedule.latestRetry(approval, began, this.clock.instant()));
	}

	/**
	 * Return the next step if the state was changed during this one, such as by a
	 * cancellation.
	 */
	private @Nullable NextStep unlessEnded(String id) {
		DurableCall call = this.store.findCall(id);
		boolean open = call != null && ASKED.contains(call.state())
				&& (!call.ballot(id).isSettled() || call.waitsForKeys(this.persons))
				&& (call.ballots().isEmpty() || !id.startsWith(DurableCall.GROUP));
		return open ? new NextStep(Step.ASK_FIRST, this.clock.instant()) : null;
	}

	private @Nullable NextStep perform(AskedBallot asked) {
		if (asked.ballot().isSettled()) {
			return asked.call().waitsForKeys(this.persons) ? recount(asked) : null;
		}
		boolean needless = !ASKED.contains(asked.call().state()) || isNeedless(asked);
		if (needless && !asked.call().isOfGroup()) {
			return null;
		}
		if (!needless && asked.ballot().plaintext() == null) {
			// Changed after it was recorded. Only what this application has encrypted for
			// an approver is its own request
			if (asked.artifact() != null) {
				withdrawQuietly(asked);
			}
			return end(asked, DurableState.REFUSED, CallTransitions.NOT_VERIFIED);
		}
		try {
			NextStep next = needless ? withdrawNeedless(asked) : performVerified(asked);
			this.otherPairings.remove(asked.id());
			return next;
		}
		catch (OtherPairingException ex) {
			this.otherPairings.add(asked.id(), asked.approval());
			return leave(asked);
		}
	}

	/**
	 * Count the votes of a call again, until the others decide or more is known of the
	 * keys.
	 */
	private @Nullable NextStep recount(AskedBallot asked) {
		if (isOver(asked.approval().startBy())) {
			return end(asked, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
		}
		this.decisions.recount(asked);
		DurableCall call = this.store.findCall(asked.id());
		return (call != null && call.waitsForKeys(this.persons)) ? leave(asked) : null;
	}

	private @Nullable NextStep performVerified(AskedBallot asked) {
		if (asked.call().state() == DurableState.CANCELLING) {
			return withdraw(asked);
		}
		return (asked.ballot().submittedAt() == null) ? submit(asked) : ask(asked);
	}

	/**
	 * Return whether a vote does not count, since that of another device of the same
	 * person does.
	 */
	private boolean isNeedless(AskedBallot asked) {
		return asked.call().isOfGroup() && asked.call().count(this.persons).isNeedless(asked.pairing());
	}

	/**
	 * Withdraw the request of a ballot without which its call was decided, or ended. A
	 * rejection that was made before ends a call that was not claimed. A decision that
	 * this instance cannot verify is left to others while the call can start.
	 */
	private @Nullable NextStep withdrawNeedless(AskedBallot asked) {
		if (asked.artifact() != null) {
			ExchangeReport report = this.steps.withdraw(asked.id(), asked.hash());
			boolean over = isOver(asked.approval().startBy());
			if (report.delivery() != null && asked.ballot().plaintext() != null
					&& (over ? this.decisions.canVerify(asked, report.delivery()) : this.decisions.isPaired(asked))) {
				if (this.decisions.decide(asked, report.delivery())) {
					return null;
				}
				if (!over) {
					return later(asked);
				}
			}
			if (report.standing() == Standing.UNKNOWN && asked.ballot().submittedAt() == null
					&& !isOver(asked.approval().expiresAt())) {
				// It may be on its way, and is withdrawn once the gateway holds it
				throw failure(asked, report, "Approval %s cannot be withdrawn yet".formatted(asked.id()));
			}
			requireSettled(asked, report);
		}
		boolean undecided = CallTransitions.UNDECIDED.contains(asked.call().state());
		this.ballots.lose(asked, DurableState.REFUSED, undecided ? StruckVotes.NEEDLESS : WITHDRAWN);
		return null;
	}

	private @Nullable NextStep submit(AskedBallot asked) {
		if (isOver(asked.approval().expiresAt())) {
			// It may have been submitted before this instance or another one stopped
			return (asked.artifact() != null) ? ask(asked) : lose(asked, DurableState.TIMED_OUT, null);
		}
		if (this.halted.getAsBoolean()) {
			return later(asked);
		}
		// Later, others may have voted on what is one submission to all
		if (asked.call().state() == DurableState.RECORDED && this.deniedByPolicy.test(asked.call())) {
			return deny(asked);
		}
		AirlockGatewayException refusal = this.submitter.submit(asked);
		if (refusal != null) {
			return refused(asked, refusal);
		}
		DurableCall call = this.store.findCall(asked.call().id());
		AskedBallot submitted = (call != null) ? new AskedBallot(call, call.ballot(asked.id())) : asked;
		boolean settled = submitted.ballot().isSettled();
		if (CallTransitions.UNDECIDED.contains(submitted.call().state()) && !settled) {
			return again(asked);
		}
		if (submitted.call().isOfGroup() && !settled && submitted.call().state() != DurableState.CANCELLING) {
			return withdrawNeedless(submitted);
		}
		// The gateway may not have held the request yet when it was withdrawn
		withdrawQuietly(asked);
		return null;
	}

	/**
	 * End a call whose request the gateway refuses. It does so if the request expired
	 * while it waited for its turn.
	 */
	private @Nullable NextStep refused(AskedBallot asked, AirlockGatewayException refusal) {
		if (!refusal.isOtherContent() && isOver(asked.approval().expiresAt())) {
			return lose(asked, DurableState.TIMED_OUT, null);
		}
		logger.warn("The gateway refuses approval %s '%s': %s".formatted(asked.id(), asked.approval().label(),
				refusal.getMessage()));
		if (refusal.isOtherContent()) {
			// It may be that of this call, encrypted for the pairing before
			withdrawQuietly(asked);
		}
		return lose(asked, DurableState.REFUSED, "GATEWAY_REFUSED");
	}

	/**
	 * End a call that a policy denies. It may have been submitted, and approved, before
	 * this instance or another one stopped.
	 */
	private @Nullable NextStep deny(AskedBallot asked) {
		if (asked.artifact() != null) {
			ExchangeReport report = this.steps.withdraw(asked.id(), asked.hash());
			if (report.delivery() != null && this.decisions.isPaired(asked)) {
				return decide(asked, report.delivery());
			}
			requireSettled(asked, report);
		}
		return end(asked, DurableState.REFUSED, "POLICY");
	}

	/**
	 * Require that the withdrawn request of a call is no longer pending, so that nobody
	 * approves it in vain, or that the time to start is over.
	 */
	private void requireSettled(AskedBallot asked, ExchangeReport report) {
		boolean settled = report.isEnded() || report.delivery() != null || report.standing() == Standing.UNKNOWN
				|| report.standing() == Standing.OTHER_CONTENT;
		if (!settled && !isOver(asked.approval().startBy())) {
			throw failure(asked, report, "Approval %s cannot be withdrawn".formatted(asked.id()));
		}
	}

	private @Nullable NextStep ask(AskedBallot asked) {
		boolean expired = isOver(asked.approval().expiresAt());
		Instant turn = expired ? turn(asked) : Instant.MIN;
		if (!isOver(turn)) {
			// Not first, as the requests about calls of others
			return new NextStep(Step.ASK, turn);
		}
		if (isOver(asked.approval().startBy())) {
			return giveUp(asked);
		}
		if (!this.decisions.isPaired(asked)) {
			withdrawQuietly(asked);
			return lose(asked, DurableState.REFUSED, "PAIRING_REVOKED");
		}
		ExchangeReport report = expired ? this.steps.inspect(asked.id(), asked.hash())
				: this.steps.poll(asked.id(), asked.hash(), this.schedule.hold(this.counts.get()));
		if (isOver(asked.approval().expiresAt().plus(AskSchedule.LAST_LOOK))) {
			report = withdrawn(asked, report);
		}
		return (report.delivery() != null) ? decide(asked, report.delivery()) : conclude(asked, report, expired);
	}

	/**
	 * Go on with a ballot on which there is no decision.
	 * @param expired whether it had expired before its state was requested
	 */
	private @Nullable NextStep conclude(AskedBallot asked, ExchangeReport report, boolean expired) {
		return switch (report.standing()) {
			case EXPIRED -> lose(asked, DurableState.TIMED_OUT, null);
			case WITHDRAWN, CANCELLED -> lose(asked, DurableState.REFUSED, WITHDRAWN);
			case OTHER_CONTENT -> lose(asked, DurableState.REFUSED, "GATEWAY_REFUSED");
			case UNKNOWN -> unknown(asked, report, expired);
			case UNDECIDED -> isOver(asked.approval().expiresAt().plus(AskSchedule.LAST_LOOK))
					? lose(asked, DurableState.TIMED_OUT, null) : again(asked);
			case DECIDED -> throw failure(asked, report, "The gateway does not deliver the decision on " + asked.id());
			case UNCLEAR -> throw failure(asked, report, "The state of approval %s is not known".formatted(asked.id()));
		};
	}

	private @Nullable NextStep unknown(AskedBallot asked, ExchangeReport report, boolean expired) {
		if (isOver(asked.approval().expiresAt().plus(AskSchedule.FORGOTTEN))) {
			return lose(asked, DurableState.TIMED_OUT, null);
		}
		if (expired) {
			// Another server may respond while the gateway restarts
			throw failure(asked, report, "The gateway does not know approval " + asked.id());
		}
		if (!this.halted.getAsBoolean()) {
			this.submitter.submitAgain(asked);
		}
		return again(asked);
	}

	private Instant turn(AskedBallot asked) {
		return this.schedule.turn(asked.id(), asked.approval(),
				this.counts.expiring(asked.approval().gate(), asked.call().keys().requester()));
	}

	/**
	 * End a call whose time to start is over. The request for the state shows whether a
	 * decision was lost.
	 */
	private @Nullable NextStep giveUp(AskedBallot asked) {
		ExchangeReport last = withdrawn(asked, this.steps.inspect(asked.id(), asked.hash()));
		if (last.delivery() != null && this.decisions.canVerify(asked, last.delivery())) {
			return decide(asked, last.delivery());
		}
		return lose(asked, DurableState.TIMED_OUT, (last.standing() == Standing.DECIDED) ? "DECISION_LOST" : null);
	}

	/**
	 * Withdraw a request that the gateway still holds although its time is over, as with
	 * another clock. Otherwise, an approver could approve it in vain.
	 */
	private ExchangeReport withdrawn(AskedBallot asked, ExchangeReport report) {
		if (report.standing() != Standing.UNDECIDED) {
			return report;
		}
		ExchangeReport withdrawal = this.steps.withdraw(asked.id(), asked.hash());
		return (withdrawal.standing() == Standing.WITHDRAWN) ? report : withdrawal;
	}

	private AirlockGatewayException failure(AskedBallot asked, ExchangeReport report, String message) {
		return (report.failure() != null) ? report.failure()
				: new ApprovalUnavailableException(message, asked.id(), null);
	}

	private @Nullable NextStep decide(AskedBallot asked, ReceivedDecision delivery) {
		if (isOver(asked.approval().startBy())) {
			return this.decisions.endUnused(asked, delivery, DurableState.TIMED_OUT, "FOUND_TOO_LATE") ? null
					: lose(asked, DurableState.TIMED_OUT, null);
		}
		return this.decisions.decide(asked, delivery) ? null : later(asked);
	}

	private @Nullable NextStep withdraw(AskedBallot asked) {
		if (asked.artifact() == null) {
			return lose(asked, DurableState.CANCELLED, null);
		}
		ExchangeReport report = this.steps.withdraw(asked.id(), asked.hash());
		if (report.delivery() != null && this.decisions.canVerify(asked, report.delivery())
				&& this.decisions.endUnused(asked, report.delivery(), DurableState.CANCELLED, null)) {
			return null;
		}
		requireSettled(asked, report);
		return lose(asked, DurableState.CANCELLED, null);
	}

	private void withdrawQuietly(AskedBallot asked) {
		try {
			this.steps.withdraw(asked.id(), asked.hash());
		}
		catch (Exception ex) {
			logger.debug("Approval %s cannot be withdrawn: %s".formatted(asked.id(),
					AirlockGatewayException.safeMessage(ex)));
		}
	}

	private @Nullable NextStep end(AskedBallot asked, DurableState state, @Nullable String problem) {
		this.transitions.end(asked.call(), state, problem);
		return null;
	}

	/**
	 * Give a ballot up, and its call, if the others cannot decide it.
	 */
	private @Nullable NextStep lose(AskedBallot asked, DurableState state, @Nullable String problem) {
		this.ballots.lose(asked, state, problem);
		return null;
	}

	private NextStep again(AskedBallot asked) {
		return this.schedule.next(asked.approval(), this.counts.get(), this.clock.instant());
	}

	private NextStep later(AskedBallot asked) {
		return this.schedule.later(asked.approval(), this.counts.get(), this.clock.instant());
	}

	private NextStep leave(AskedBallot asked) {
		return this.schedule.leave(asked.approval(), this.counts.get(), this.clock.instant());
	}

	private boolean isOver(Instant time) {
		return !this.clock.instant().isBefore(time);
	}

}
