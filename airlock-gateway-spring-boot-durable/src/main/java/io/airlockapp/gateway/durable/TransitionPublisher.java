/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Publishes changes of states on a best-effort basis: as an event, in the log, and to the
 * {@link ApprovalListener}s once for each vote, each decision, and each end without one.
 */
public final class TransitionPublisher {

	private static final Log logger = LogFactory.getLog(TransitionPublisher.class);

	/**
	 * The maximum number of listeners that go on after nobody waits for them.
	 */
	private static final int MAX_LATE = 64;

	/**
	 * The time for which the caller of an operation waits for listeners.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final AtomicInteger late = new AtomicInteger();

	private final ApplicationEventPublisher events;

	private final ApprovalListener listener;

	/**
	 * Create a publisher.
	 * @param events the publisher of events
	 * @param listener the listener to notify
	 */
	public TransitionPublisher(ApplicationEventPublisher events, ApprovalListener listener) {
		this.events = events;
		this.listener = ApprovalListener.logging(listener);
	}

	/**
	 * Publish what was committed in a thread of its own. A listener that takes too long
	 * goes on there, since a claimed call has to start in time. If many do, nothing is
	 * published until one of them has ended.
	 * @param id the id of the call
	 * @param limit the maximum time to wait for listeners
	 * @param publication the publication
	 */
	void publish(String id, Duration limit, Runnable publication) {
		if (this.late.get() >= MAX_LATE) {
			logger.warn(
					"A change of approval %s is not published, because %s listeners have not ended; the approval goes on"
						.formatted(id, MAX_LATE));
			return;
		}
		// Whichever is first: the end of the listeners, or that of the wait
		AtomicBoolean over = new AtomicBoolean();
		boolean ended = RunThread.run(() -> {
			try {
				publication.run();
			}
			finally {
				if (!over.compareAndSet(false, true)) {
					this.late.decrementAndGet();
				}
			}
		}, limit);
		if (!ended) {
			if (over.compareAndSet(false, true)) {
				this.late.incrementAndGet();
			}
			logger.warn("A listener of approval %s takes longer than %s s; the approval goes on".formatted(id,
					limit.toSeconds()));
		}
	}

	/**
	 * Publish that a call was recorded, in the transaction that records it. A listener
	 * that throws an exception prevents the recording.
	 */
	void recorded(DurableApproval approval) {
		this.events.publishEvent(new DurableApprovalEvent(approval));
		afterCommit(() -> logger
			.info("Approval %s '%s' of %s recorded".formatted(approval.id(), approval.label(), approval.gate())));
	}

	/**
	 * Publish a change after the transaction of the current thread was committed. Its
	 * resources are bound to the thread until then, and would take what a listener
	 * writes, and lose it. It has the connection while it waits, which may be the only
	 * one of a pool.
	 * @param changed the approval in its new state
	 * @param before the call before the change
	 */
	void changedInTransaction(DurableApproval changed, @Nullable DurableCall before) {
		afterCommit(() -> {
			// Otherwise, it would be that of the listeners
			boolean interrupted = Thread.interrupted();
			try {
				publish(changed.id(), PATIENCE, () -> changed(changed, before, null));
			}
			finally {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
			}
		});
	}

	private static void afterCommit(Runnable report) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			report.run();
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new CommittedReport(report));
	}

	/**
	 * Publish a change after it was committed.
	 * @param changed the approval in its new state
	 * @param before the call before the change, by whose content its texts are verified,
	 * or {@code null} if it cannot be read
	 * @param decision the decision that belongs to the change, if any
	 */
	void changed(DurableApproval changed, @Nullable DurableCall before, @Nullable StoredDecision decision) {
		DurableApproval approval = changed.verifiedBy(before);
		try {
			log(approval);
			if (before != null) {
				notifyListener(approval, before, (decision != null) ? decision.decision() : null);
			}
			this.events.publishEvent(new DurableApprovalEvent(approval));
		}
		catch (Throwable ex) {
			// Also a checked exception, which only Java requires to be declared
			logger.warn("A listener of approval %s failed with %s; the approval goes on".formatted(approval.id(),
					ex.getClass().getName()));
		}
	}

	private static void log(DurableApproval approval) {
		String line = "Approval %s '%s' of %s is now %s%s".formatted(approval.id(), approval.label(), approval.gate(),
				approval.state(), (approval.problem() != null) ? " (" + approval.problem() + ")" : "");
		if (isAlarm(approval)) {
			logger.warn(line);
			return;
		}
		switch (approval.state()) {
			case UNKNOWN -> logger.warn(line
					+ ": started by %s at %s, and %s. ".formatted(approval.instance(), approval.claimedAt(),
							describeCommit(approval))
					+ "Find out whether it ran, and use the operation 'resolve' of the endpoint 'airlock'");
			case DECIDED -> {
				if (CallTransitions.PROCESS_STOPPED.equals(approval.problem())) {
					logger.warn(line + ": started by %s at %s, committed nothing, and starts again"
						.formatted(approval.instance(), approval.claimedAt()));
				}
				else {
					logger.debug(line);
				}
			}
			case REFUSED, TIMED_OUT -> {
				if (approval.endedUnstarted()) {
					logger.warn(line + ": it was approved, and was not started");
				}
				else {
					logger.debug(line);
				}
			}
			case DONE, FAILED, RESOLVED, CANCELLED -> logger.info(line);
			default -> logger.debug(line);
		}
	}

	/**
	 * Return whether a call ended since it was changed in the database, or cannot be
	 * decrypted.
	 */
	private static boolean isAlarm(DurableApproval approval) {
		return (CallTransitions.NOT_VERIFIED.equals(approval.problem())
				|| CallTransitions.UNREADABLE.equals(approval.problem())) && !approval.endedUnstarted();
	}

	private static String describeCommit(DurableApproval approval) {
		return (approval.committedAt() != null)
				? "its transaction was committed at " + approval.committedAt() + "; whether it finished is not known"
				: "no commit of a transaction was recorded; statements outside of transactions are not";
	}

	/**
	 * Publish a vote on the call of a group after it was committed.
	 * @param call the call
	 * @param vote the vote
	 */
	void voted(DurableCall call, ApprovalVote vote) {
		attempt(call).voted(vote);
	}

	/**
	 * Publish a step of an escalation after it was committed.
	 * @param call the call
	 * @param step the number of the step, as a ballot has it
	 * @param pairings the names of the pairings that are asked in addition
	 */
	void escalated(DurableCall call, int step, List<String> pairings) {
		attempt(call).escalated(Math.abs(step), pairings, step < 0);
	}

	private Attempt attempt(DurableCall call) {
		return this.listener.resume(request(call.approval().verifiedBy(call), call), artifactType(call), call.id());
	}

	private void notifyListener(DurableApproval approval, DurableCall before, @Nullable ApprovalDecision decision) {
		ApprovalOutcome outcome = outcome(approval, decision);
		if (outcome != null) {
			this.listener.onDecidedLater(request(approval, before), artifactType(before), outcome);
		}
	}

	private static ApprovalRequest request(DurableApproval approval, DurableCall call) {
		String approvers = (call.plaintext() != null) ? call.approvers().name() : DurableApproval.UNVERIFIED;
		ApprovalRequest.Builder request = ApprovalRequest.builder(approval.label(), approval.gate())
			.actionType("method_invocation")
			.artifactType(artifactType(call))
			.gate(approval.gate());
		return (call.isOfGroup() ? request.approvers(approvers) : request.pairing(approvers)).build();
	}

	private static String artifactType(DurableCall call) {
		return (call.plaintext() != null) ? call.artifactType() : DurableApproval.UNVERIFIED;
	}

	private static @Nullable ApprovalOutcome outcome(DurableApproval approval, @Nullable ApprovalDecision decision) {
		Instant end = (approval.decidedAt() != null) ? approval.decidedAt() : approval.endedAt();
		// The clocks of instances differ
		Duration elapsed = (end != null && end.isAfter(approval.recordedAt()))
				? Duration.between(approval.recordedAt(), end) : Duration.ZERO;
		return switch (approval.state()) {
			case DECIDED, DENIED -> (decision != null) ? ApprovalOutcome.decided(decision, elapsed) : null;
			case TIMED_OUT -> ApprovalOutcome.failed(new ApprovalTimeoutException(
					"Request %s ended without a start in time%s".formatted(approval.id(), problem(approval)),
					approval.id()), elapsed);
			case REFUSED -> ApprovalOutcome.failed(new ApprovalUnavailableException(
					"Request %s was refused%s".formatted(approval.id(), problem(approval)), approval.id(), null),
					elapsed);
			default -> null;
		};
	}

	private static String problem(DurableApproval approval) {
		return (approval.problem() != null) ? ": " + approval.problem() : "";
	}

	/**
	 * {@link TransactionSynchronization} that reports a change after it was committed. It
	 * is rolled back earlier if it is inside of a nested transaction, the savepoint of
	 * which is not among the later ones.
	 */
	private static final class CommittedReport implements TransactionSynchronization {

		private final Set<Object> laterSavepoints = new HashSet<>();

		private final Runnable report;

		private boolean rolledBack;

		private CommittedReport(Runnable report) {
			this.report = report;
		}

		@Override
		public void savepoint(Object savepoint) {
			this.laterSavepoints.add(savepoint);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			this.rolledBack |= !this.laterSavepoints.contains(savepoint);
		}

		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED && !this.rolledBack) {
				this.report.run();
			}
		}

	}

}
