package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.CallTransitions.DecisionVerification;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.exchange.ApprovalSteps;
import io.airlockapp.gateway.exchange.DecisionDelivery;
import io.airlockapp.gateway.exchange.ExchangeReport;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.SealedArtifact;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests the decision on a call, by one step for each execution: submits the request,
 * waits for the decision once, or withdraws the request. A decision is stored before it
 * is acknowledged and before anything acts on it.
 */
public final class AskStep {

	private static final Log logger = LogFactory.getLog(AskStep.class);

	private static final Set<DurableState> ASKED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED,
			DurableState.CANCELLING);

	private final WarnOnceLog unverified = new WarnOnceLog(logger);

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final ApprovalSteps steps;

	private final PendingCounts counts;

	private final AskSchedule schedule;

	private final Predicate<DurableCall> deniedByPolicy;

	private final Runnable onUnverified;

	private final InstantSource clock;

	AskStep(DurableCallStore store, CallTransitions transitions, ApprovalSteps steps, PendingCounts counts,
			AskSchedule schedule, Predicate<DurableCall> deniedByPolicy, Runnable onUnverified, InstantSource clock) {
		this.store = store;
		this.transitions = transitions;
		this.steps = steps;
		this.counts = counts;
		this.schedule = schedule;
		this.deniedByPolicy = deniedByPolicy;
		this.onUnverified = onUnverified;
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
		if (this.deniedByPolicy.test(call)) {
			return end(call, DurableState.REFUSED, "POLICY");
		}
		SealedArtifact artifact = seal(call);
		if (artifact == null) {
			return again(call);
		}
		try {
			this.steps.submit(call.header(), artifact, call.pairing());
		}
		catch (AirlockGatewayException ex) {
			if (isRefused(call, ex)) {
				logger.warn("The gateway refuses approval %s '%s': %s".formatted(call.id(), call.approval().label(),
						ex.getMessage()));
				return end(call, DurableState.REFUSED, "GATEWAY_REFUSED");
			}
			if (ex.getStatus() != 400 && ex.getStatus() != 422) {
				throw ex;
			}
		}
		this.transitions.submitted(call);
		return again(call);
	}

	/**
	 * Return whether the gateway refuses a request for good, and did not accept it before
	 * this instance or another one stopped.
	 */
	private boolean isRefused(DurableCall call, AirlockGatewayException failure) {
		if (failure.isOtherContent() || (failure.getStatus() != 400 && failure.getStatus() != 422)) {
			return failure.isOtherContent();
		}
		if (call.artifact() == null) {
			return true;
		}
		ExchangeReport report = this.steps.inspect(call.id(), call.hash());
		if (report.standing() == Standing.UNCLEAR) {
			throw failure;
		}
		return report.standing() == Standing.UNKNOWN || report.standing() == Standing.OTHER_CONTENT;
	}

	/**
	 * Return the encrypted plaintext, which is stored before it is first sent. If the
	 * pairing was replaced since, and the request may not have been accepted, it is
	 * encrypted anew.
	 * @return the artifact, or {@code null} if another instance stored one
	 */
	private @Nullable SealedArtifact seal(DurableCall call) {
		SealedArtifact stored = call.artifact();
		if (stored != null && this.steps.isSealedFor(stored, call.hash(), call.pairing())) {
			return stored;
		}
		if (call.plaintext() == null) {
			throw new UnreadableCallException("Approval %s has no plaintext".formatted(call.id()), null);
		}
		SealedArtifact artifact = this.steps.seal(call.plaintext(), call.pairing());
		return this.transitions.seal(call, artifact) ? artifact : null;
	}

	private @Nullable NextStep ask(DurableCall call) {
		if (isOver(call.approval().startBy())) {
			// The request for the state shows whether a decision was lost
			ExchangeReport last = withdrawn(call, this.steps.inspect(call.id(), call.hash()));
			if (last.delivery() == null || !isPaired(call)) {
				return end(call, DurableState.TIMED_OUT,
						(last.standing() == Standing.DECIDED) ? "DECISION_LOST" : null);
			}
			return decide(call, last.delivery());
		}
		if (!isPaired(call)) {
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
			case UNKNOWN -> expired ? end(call, DurableState.TIMED_OUT, null) : resubmit(call);
			case UNDECIDED -> isOver(call.approval().expiresAt().plus(AskSchedule.LAST_LOOK))
					? end(call, DurableState.TIMED_OUT, null) : again(call);
			case DECIDED -> throw failure(call, report, "The gateway does not deliver the decision on " + call.id());
			case UNCLEAR -> throw failure(call, report, "The state of approval %s is not known".formatted(call.id()));
		};
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

	/**
	 * Return whether the approver's device that was asked is still paired.
	 */
	private boolean isPaired(DurableCall call) {
		SealedArtifact artifact = call.artifact();
		if (artifact == null) {
			return false;
		}
		try {
			return !Collections.disjoint(keys(call), artifact.signerKeys());
		}
		catch (ApprovalUnavailableException ex) {
			return false;
		}
		catch (RuntimeException ex) {
			throw new ApprovalUnavailableException("The pairing '%s' can't be read".formatted(call.pairing()),
					call.id(), ex);
		}
	}

	private List<SignerKey> keys(DurableCall call) {
		List<SignerKey> asked = (call.artifact() != null) ? call.artifact().signerKeys() : List.of();
		return this.steps.keysFor(call.pairing(), asked, call.id());
	}

	private @Nullable NextStep resubmit(DurableCall call) {
		SealedArtifact artifact = call.artifact();
		if (artifact != null) {
			this.steps.submit(call.header(), artifact, call.pairing());
		}
		return again(call);
	}

	private @Nullable NextStep decide(DurableCall call, DecisionDelivery delivery) {
		try {
			boolean stored = isOver(call.approval().startBy()) ? this.transitions.endUnused(call,
					DurableState.TIMED_OUT, "FOUND_TOO_LATE", verification(call, delivery))
					: this.transitions.decide(call, verification(call, delivery));
			if (stored) {
				acknowledge(call, delivery);
			}
			return null;
		}
		catch (UnverifiedDecisionException ex) {
			this.onUnverified.run();
			this.unverified.warn("A decision on approval %s does not verify, and is ignored: %s".formatted(call.id(),
					ex.getMessage()));
			return isOver(call.approval().startBy()) ? end(call, DurableState.TIMED_OUT, null) : later(call);
		}
	}

	private DecisionVerification verification(DurableCall call, DecisionDelivery delivery) {
		List<SignerKey> keys = keys(call);
		return (journal) -> {
			try {
				return new StoredDecision(this.steps.verify(delivery, call.id(), call.hash(), keys, journal),
						delivery.msgId());
			}
			catch (DecisionVerificationException ex) {
				throw new UnverifiedDecisionException(ex);
			}
		};
	}

	private void acknowledge(DurableCall call, DecisionDelivery delivery) {
		try {
			this.steps.acknowledge(call.id(), delivery.msgId());
		}
		catch (RuntimeException ex) {
			logger.debug("Decision on approval %s could not be acknowledged: %s".formatted(call.id(),
					AirlockGatewayException.safeMessage(ex)));
		}
	}

	private @Nullable NextStep withdraw(DurableCall call) {
		if (call.artifact() == null) {
			return end(call, DurableState.CANCELLED, null);
		}
		ExchangeReport report = this.steps.withdraw(call.id(), call.hash());
		if (report.delivery() != null && isPaired(call)) {
			try {
				if (this.transitions.endUnused(call, DurableState.CANCELLED, null,
						verification(call, report.delivery()))) {
					acknowledge(call, report.delivery());
				}
				return null;
			}
			catch (UnverifiedDecisionException ex) {
				this.onUnverified.run();
			}
		}
		boolean settled = report.isEnded() || report.delivery() != null || report.standing() == Standing.UNKNOWN
				|| report.standing() == Standing.OTHER_CONTENT;
		if (settled || isOver(call.approval().startBy())) {
			return end(call, DurableState.CANCELLED, null);
		}
		throw failure(call, report, "Approval %s can't be withdrawn".formatted(call.id()));
	}

	private void withdrawQuietly(DurableCall call) {
		try {
			this.steps.withdraw(call.id(), call.hash());
		}
		catch (RuntimeException ex) {
			logger.debug(
					"Approval %s can't be withdrawn: %s".formatted(call.id(), AirlockGatewayException.safeMessage(ex)));
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
