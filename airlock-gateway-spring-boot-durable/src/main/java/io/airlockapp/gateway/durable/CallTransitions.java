/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.harp.ReplayJournal;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes the states of calls. Each change and the schedule of the step that follows from
 * it are one transaction. The change is published after the commit.
 */
final class CallTransitions {

	/**
	 * The problem of a call that starts again after its process stopped.
	 */
	static final String PROCESS_STOPPED = "PROCESS_STOPPED";

	private static final String PAIRING_REVOKED = "PAIRING_REVOKED";

	private static final Set<DurableState> UNDECIDED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED);

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final TransactionOperations transactions;

	private final TransitionPublisher publisher;

	private final Persons persons;

	private final InstantSource clock;

	CallTransitions(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
			TransitionPublisher publisher, Persons persons, InstantSource clock) {
		this.store = store;
		this.scheduler = scheduler;
		this.transactions = transactions;
		this.publisher = publisher;
		this.persons = persons;
		this.clock = clock;
	}

	/**
	 * Store the encrypted plaintext in place of that which was read. A pool without auto
	 * commit would otherwise roll it back.
	 */
	boolean seal(AskedBallot asked, SealedArtifact artifact) {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> this.store.seal(asked.ballot(), artifact)));
	}

	/**
	 * Store the ballots of a call, each with its first step.
	 */
	void open(DurableCall call) {
		this.transactions.executeWithoutResult((status) -> {
			DurableCall locked = this.store.lock(call.id());
			if (locked == null || locked.state() != DurableState.RECORDED || !locked.ballots().isEmpty()) {
				return;
			}
			List<StoredBallot> ballots = call.approvers()
				.pairings()
				.stream()
				.map((pairing) -> StoredBallot.of("req-" + UUID.randomUUID(), call.id(), pairing, 0, call.plaintext()))
				.toList();
			this.store.insert(ballots);
			ballots.forEach((ballot) -> this.scheduler.schedule(Step.ASK_FIRST, ballot.id(), now()));
		});
	}

	boolean submitted(AskedBallot asked) {
		return changeBallot(asked, () -> null, () -> this.store.submitted(asked.ballot(), now()));
	}

	/**
	 * Store a decision, and count the votes of its call. The decision is verified in the
	 * same transaction, so that its nonce is used up only if the decision is stored.
	 * @param asked the undecided ballot
	 * @param struck the ballots whose votes do not count any more
	 * @param verification the verification of the decision
	 * @return {@code false} if the call is no longer undecided
	 */
	boolean decide(AskedBallot asked, List<StoredBallot> struck, DecisionVerification verification) {
		AtomicReference<@Nullable StoredDecision> verified = new AtomicReference<>();
		return changeBallot(asked, verified::get, () -> {
			DurableCall call = this.store.lock(asked.call().id());
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			verified.set(decision);
			if (call == null || !UNDECIDED.contains(call.state())
					|| !this.store.keep(asked.ballot(), decision, now())) {
				return false;
			}
			for (StoredBallot ballot : struck) {
				this.store.lose(ballot, PAIRING_REVOKED);
				call = call.with(ballot.lost(PAIRING_REVOKED));
			}
			DurableCall voted = call.with(asked.ballot().decided(decision, now()));
			verified.set(voted.decision());
			return judge(voted, DurableState.REFUSED, PAIRING_REVOKED);
		});
	}

	/**
	 * Store that there will be no vote on a ballot. Its call ends if the others cannot
	 * decide it.
	 * @param asked the ballot
	 * @param state the state in which the call ends
	 * @param problem the problem, if any
	 */
	boolean lose(AskedBallot asked, DurableState state, @Nullable String problem) {
		String reason = (problem != null) ? problem : state.name();
		return changeBallot(asked, () -> null, () -> {
			DurableCall call = this.store.lock(asked.call().id());
			DurableState read = asked.call().state();
			boolean isAsked = UNDECIDED.contains(read) || read == DurableState.CANCELLING;
			if (call == null || (isAsked && call.state() != read)) {
				return false;
			}
			this.store.lose(asked.ballot(), reason);
			DurableCall left = call.with(asked.ballot().lost(reason));
			if (UNDECIDED.contains(call.state())) {
				return judge(left, state, problem);
			}
			return call.state() != DurableState.CANCELLING || endCancelled(left);
		});
	}

	/**
	 * Apply the count of the votes of a locked call.
	 */
	private boolean judge(DurableCall call, DurableState lostState, @Nullable String lostProblem) {
		Tally.Result result = call.count(this.persons);
		switch (result.outcome()) {
			case APPROVED -> {
				following(this.store.decided(call.id(), now()), Step.RUN, call);
				askNow(call.ballots());
			}
			case DENIED -> {
				following(this.store.denied(call.id(), now()), Step.TELL, call);
				askNow(call.ballots());
			}
			case OUT_OF_REACH, UNVERIFIED -> {
				following(this.store.end(call, lostState, lostProblem, now()), Step.TELL, call);
				askNow(call.ballots());
			}
			case UNDECIDED -> askNow(call.ballots()
				.stream()
				.filter((ballot) -> result.needless()
					.stream()
					.anyMatch((each) -> each.pairing().equals(ballot.pairing())))
				.toList());
		}
		return true;
	}

	/**
	 * Let ballots be withdrawn that nobody needs.
	 */
	private void askNow(List<StoredBallot> ballots) {
		ballots.stream()
			.filter((ballot) -> !ballot.isSettled())
			.forEach((ballot) -> this.scheduler.askNow(ballot.id(), now()));
	}

	private boolean endCancelled(DurableCall call) {
		return call.ballots().stream().anyMatch((ballot) -> !ballot.isSettled())
				|| following(this.store.end(call, DurableState.CANCELLED, null, now()), Step.TELL, call);
	}

	/**
	 * Store a decision on a call that was decided without it. A rejection ends the call
	 * unless it was claimed.
	 * @return {@code false} if the ballot is settled
	 */
	boolean decideLate(AskedBallot asked, DecisionVerification verification) {
		AtomicReference<@Nullable StoredDecision> verified = new AtomicReference<>();
		return changeBallot(asked, verified::get, () -> {
			DurableCall call = this.store.lock(asked.call().id());
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			verified.set(decision);
			if (call == null || !this.store.keep(asked.ballot(), decision, now())) {
				return false;
			}
			boolean denied = !decision.decision().isApproved() && call.state() == DurableState.DECIDED;
			if (denied) {
				verified.set(call.with(asked.ballot().decided(decision, now())).decision());
				following(this.store.denied(call.id(), now()), Step.TELL, call);
			}
			else {
				this.store.lose(asked.ballot(), "LATE");
			}
			return true;
		});
	}

	/**
	 * End a call by a decision that is kept, but not used.
	 */
	boolean endUnused(AskedBallot asked, DurableState state, @Nullable String problem,
			DecisionVerification verification) {
		AtomicReference<@Nullable StoredDecision> verified = new AtomicReference<>();
		return changeBallot(asked, verified::get, () -> {
			DurableCall call = this.store.lock(asked.call().id());
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			verified.set(decision);
			if (call == null || call.state() != asked.call().state()) {
				return false;
			}
			this.store.keepDecision(asked.ballot(), decision, now());
			if (state == DurableState.CANCELLED) {
				return endCancelled(call.with(asked.ballot().decided(decision, now())));
			}
			return following(this.store.end(call, state, problem, now()), Step.TELL, call);
		});
	}

	/**
	 * End a call in the state that was read, unless it was started since.
	 */
	boolean end(DurableCall call, DurableState state, @Nullable String problem) {
		return change(call, call::decision, () -> {
			boolean ended = following(this.store.end(call, state, problem, now()), Step.TELL, call);
			if (ended && call.isOfGroup()) {
				askNow(call.ballots());
			}
			return ended;
		});
	}

	/**
	 * Claim a call. When this method returns {@code true}, the claim is committed.
	 */
	boolean claim(DurableCall call, String runId, String instance, int attempts) {
		return change(call, call::decision, () -> this.store.claim(call.id(), runId, instance, attempts, now()));
	}

	/**
	 * Take the claim of a failed run back, so that the call starts again at a time. There
	 * is no other decision to publish.
	 */
	boolean startAgain(DurableCall call, String runId, String problem, int attempts, Instant time) {
		return change(call, () -> null,
				() -> following(this.store.startAgain(call.id(), runId, problem, attempts, time), Step.RUN, call,
						time));
	}

	/**
	 * Take the claim of a run back whose method was not entered. The call may start at a
	 * time.
	 */
	boolean release(DurableCall call, String runId, Instant time) {
		return change(call, () -> null,
				() -> following(this.store.release(call.id(), runId, call.approval().problem()), Step.RUN, call, time));
	}

	boolean endRun(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		return change(call, call::decision,
				() -> following(this.store.endRun(call.id(), runId, state, problem, now()), Step.TELL, call));
	}

	/**
	 * Record that the outcome of a claimed call is not known, unless its step is executed
	 * elsewhere.
	 */
	boolean lose(String id, long execution) {
		return change(id, () -> this.store.lose(id, execution));
	}

	/**
	 * Take the claim of a run back whose process stopped, if its method may start again
	 * now and it has committed nothing.
	 */
	boolean restart(String id, long execution, int attempts) {
		return change(id, () -> {
			String runId = this.store.lockRestartableRun(id, execution, attempts, now());
			return runId != null && this.store.startAgain(id, runId, PROCESS_STOPPED, attempts, now());
		});
	}

	private boolean following(boolean changed, Step step, DurableCall call) {
		return following(changed, step, call, now());
	}

	private boolean following(boolean changed, Step step, DurableCall call, Instant time) {
		if (changed) {
			this.scheduler.schedule(step, call.id(), time);
		}
		return changed;
	}

	private boolean change(String id, BooleanSupplier change) {
		DurableCall before = this.store.findReadable(id);
		DurableApproval changed = inTransaction(id, change);
		this.publisher.changed(changed, before, null);
		return changed != null;
	}

	private boolean change(DurableCall call, Supplier<@Nullable StoredDecision> decision, BooleanSupplier change) {
		DurableApproval changed = inTransaction(call.id(), change);
		this.publisher.changed(changed, call, decision.get());
		return changed != null;
	}

	/**
	 * Change a ballot, which need not change the state of its call.
	 */
	private boolean changeBallot(AskedBallot asked, Supplier<@Nullable StoredDecision> decision,
			BooleanSupplier change) {
		DurableCall call = asked.call();
		DurableApproval changed = inTransaction(call.id(), change);
		boolean sameState = changed != null && changed.state() == call.state();
		this.publisher.changed(sameState ? null : changed, call, decision.get());
		return changed != null;
	}

	/**
	 * Change a state in a transaction, and read it there, since the following step may
	 * change it again once the transaction is committed.
	 * @return the call in its new state, or {@code null} if it was not changed
	 */
	private @Nullable DurableApproval inTransaction(String id, BooleanSupplier change) {
		AtomicReference<@Nullable DurableApproval> changed = new AtomicReference<>();
		this.transactions.executeWithoutResult((status) -> {
			if (change.getAsBoolean()) {
				changed.set(this.store.find(id));
			}
			else {
				// A run may go on that was kept from commits
				status.setRollbackOnly();
			}
		});
		return changed.get();
	}

	private Instant now() {
		return this.clock.instant();
	}

	/**
	 * Exception thrown when a received decision does not verify, to roll back the
	 * transaction.
	 */
	@SuppressWarnings("serial")
	static final class UnverifiedDecisionException extends RuntimeException {

		UnverifiedDecisionException(Exception cause) {
			super(cause.getMessage(), cause);
		}

	}

	/**
	 * Verification of a received decision.
	 */
	@FunctionalInterface
	interface DecisionVerification {

		/**
		 * Verify the decision.
		 * @param journal the journal of used nonces
		 * @return the verified decision
		 * @throws UnverifiedDecisionException if it does not verify
		 */
		StoredDecision verify(ReplayJournal journal);

	}

}
