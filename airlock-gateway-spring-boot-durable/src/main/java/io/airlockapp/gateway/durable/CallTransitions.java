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
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
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

	/**
	 * The problem of a ballot whose vote came after its call was decided.
	 */
	private static final String LATE = "LATE";

	static final Set<DurableState> UNDECIDED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED);

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
			ballots.forEach((ballot) -> this.scheduler.scheduleFirst(Step.ASK_FIRST, ballot.id(), now()));
		});
	}

	boolean submitted(AskedBallot asked) {
		return changeBallot(asked, () -> null, (call) -> this.store.submitted(asked.ballot(), now()));
	}

	/**
	 * Store a decision, and count the votes of its call. The state of the call at that
	 * time matters, not the one that was read before the decision was received. The
	 * decision is verified in the same transaction, so that its nonce is used up only if
	 * the decision is stored.
	 * @param asked the undecided ballot
	 * @param struck the ballots whose votes do not count any more
	 * @param verification the verification of the decision
	 * @return {@code false} if the ballot is settled, or the only one of a call that is
	 * no longer undecided
	 */
	boolean decide(AskedBallot asked, List<StoredBallot> struck, DecisionVerification verification) {
		AtomicReference<@Nullable DurableCall> counted = new AtomicReference<>();
		return changeBallot(asked, counted::get, (call) -> {
			boolean undecided = UNDECIDED.contains(call.state());
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			if (!(undecided || call.isOfGroup()) || !this.store.keep(asked.ballot(), decision, now())) {
				return false;
			}
			DurableCall voted = (undecided ? strike(call, struck) : call).with(asked.ballot().decided(decision, now()));
			counted.set(voted);
			return undecided ? judge(voted, DurableState.REFUSED, PAIRING_REVOKED)
					: judgeLate(voted, voted.ballot(asked.id()), counted::set);
		});
	}

	private DurableCall strike(DurableCall call, List<StoredBallot> struck) {
		DurableCall left = call;
		for (StoredBallot ballot : struck) {
			this.store.lose(ballot, PAIRING_REVOKED);
			left = left.with(ballot.lost(PAIRING_REVOKED));
		}
		return left;
	}

	/**
	 * Apply a vote on a locked call that was decided without it. A rejection ends the
	 * call unless it was claimed. Later, it prevents further starts.
	 */
	private boolean judgeLate(DurableCall call, StoredBallot ballot, Consumer<DurableCall> counted) {
		if (call.state() == DurableState.CANCELLING) {
			return endCancelled(call);
		}
		if (call.approval().claimedAt() == null && call.state() == DurableState.DECIDED && ballot.isRejected()) {
			return following(this.store.denied(call.id(), now()), Step.TELL, call);
		}
		this.store.lose(ballot, LATE);
		counted.accept(call.with(ballot.lost(LATE)));
		return true;
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
		return changeBallot(asked, () -> null, (call) -> {
			DurableState read = asked.call().state();
			boolean isAsked = UNDECIDED.contains(read) || read == DurableState.CANCELLING;
			if ((isAsked && call.state() != read) || call.ballot(asked.id()).isSettled()) {
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
			case APPROVED -> following(this.store.decided(call.id(), now()), Step.RUN, call);
			case DENIED -> following(this.store.denied(call.id(), now()), Step.TELL, call);
			case OUT_OF_REACH, UNVERIFIED ->
				following(this.store.end(call, lostState, lostProblem, now()), Step.TELL, call);
			case UNDECIDED -> {
				// The others are still needed
			}
		}
		boolean undecided = result.outcome() == Outcome.UNDECIDED;
		askNow(call.ballots().stream().filter((ballot) -> !undecided || result.isNeedless(ballot.pairing())).toList());
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
	 * End a call by a decision that is kept, but not used.
	 */
	boolean endUnused(AskedBallot asked, DurableState state, @Nullable String problem,
			DecisionVerification verification) {
		AtomicReference<@Nullable DurableCall> counted = new AtomicReference<>();
		return changeBallot(asked, counted::get, (call) -> {
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			if (call.state() != asked.call().state()) {
				return false;
			}
			this.store.keepDecision(asked.ballot(), decision, now());
			DurableCall voted = call.with(asked.ballot().decided(decision, now()));
			counted.set(voted);
			if (state == DurableState.CANCELLED) {
				return endCancelled(voted);
			}
			return following(this.store.end(call, state, problem, now()), Step.TELL, call);
		});
	}

	/**
	 * End a call in the state that was read, unless it was started since.
	 */
	boolean end(DurableCall call, DurableState state, @Nullable String problem) {
		return change(call, () -> call.decision(this.persons), () -> {
			boolean ended = following(this.store.end(call, state, problem, now()), Step.TELL, call);
			if (ended && call.isOfGroup()) {
				askNow(call.ballots());
			}
			return ended;
		});
	}

	/**
	 * Claim a call, unless it was rejected since it was read. When this method returns
	 * {@code true}, the claim is committed.
	 */
	boolean claim(DurableCall call, String runId, String instance, int attempts) {
		return change(call, () -> call.decision(this.persons),
				() -> this.store.claim(call.id(), runId, instance, attempts, now())
						&& !(call.isOfGroup() && isRejected(call.id())));
	}

	/**
	 * Return whether a call was rejected whose row this transaction has locked.
	 */
	private boolean isRejected(String id) {
		DurableCall call = this.store.findCall(id);
		return call == null || call.isRejected();
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
		return change(call, () -> call.decision(this.persons),
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
	 * Change a ballot of a locked call, which need not change the state of the call.
	 * @param counted supplies the call with the vote on the ballot, if there is one
	 */
	private boolean changeBallot(AskedBallot asked, Supplier<@Nullable DurableCall> counted,
			Predicate<DurableCall> change) {
		String id = asked.call().id();
		AtomicReference<@Nullable DurableCall> locked = new AtomicReference<>();
		DurableApproval changed = inTransaction(id, () -> {
			DurableCall call = this.store.lock(id);
			locked.set(call);
			return call != null && change.test(call);
		});
		DurableCall before = locked.get();
		boolean sameState = changed != null && before != null && changed.state() == before.state();
		DurableCall voted = counted.get();
		if (changed != null && voted != null && voted.isOfGroup()) {
			voted.votes(this.persons)
				.toList()
				.stream()
				.filter((vote) -> vote.requestId().equals(asked.id()))
				.forEach((vote) -> this.publisher.voted(voted, vote));
		}
		this.publisher.changed(sameState ? null : changed, asked.call(),
				(voted != null) ? voted.decision(this.persons) : null);
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
