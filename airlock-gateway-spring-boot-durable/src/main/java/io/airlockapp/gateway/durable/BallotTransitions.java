/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.exchange.StruckVotes;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.ReplayJournal;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes the ballots of calls, and the states of their calls by the votes that count.
 * Each change locks the call, and is one transaction with the schedule of the steps that
 * follow from it. Votes, steps of an escalation and states are published after the
 * commit.
 */
final class BallotTransitions {

	/**
	 * The problem of a ballot whose vote came after its call was decided.
	 */
	private static final String LATE = "LATE";

	/**
	 * The problem of a call whose approvals are those of too few persons, since all by
	 * one person or key count once.
	 */
	private static final String TOO_FEW_PERSONS = "TOO_FEW_PERSONS";

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final TransactionOperations transactions;

	private final TransitionPublisher publisher;

	private final Persons persons;

	private final InstantSource clock;

	private final Duration listenerTime;

	private final GroupEscalation escalation;

	BallotTransitions(DurableDependencies dependencies) {
		this.store = dependencies.store();
		this.scheduler = dependencies.scheduler();
		this.transactions = dependencies.transactions();
		this.publisher = dependencies.publisher();
		this.persons = dependencies.persons();
		this.clock = dependencies.clock();
		this.listenerTime = dependencies.settings().listenerTime();
		this.escalation = new GroupEscalation(dependencies);
	}

	/**
	 * Store the encrypted plaintext in place of that which was read. A pool without auto
	 * commit would otherwise roll it back.
	 */
	boolean seal(AskedBallot asked, SealedArtifact artifact) {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> this.store.seal(asked.ballot(), artifact)));
	}

	/**
	 * Store the ballots of those of a group who are asked first.
	 */
	void open(String id) {
		change(id, null, (call) -> (call.state() == DurableState.RECORDED && call.ballots().isEmpty())
				? this.escalation.begin(call) : null);
	}

	/**
	 * Ask the steps of an escalation that are due. After the expiry, nobody else is
	 * asked, which can end the call.
	 * @param id the id of the call
	 * @param halted whether nothing is submitted, so that nobody is asked yet if nothing
	 * was submitted before
	 */
	void escalate(String id, boolean halted) {
		change(id, null, (call) -> {
			if (!CallTransitions.UNDECIDED.contains(call.state())) {
				return null;
			}
			if (call.plaintext() == null) {
				// Changed, and ended by the next step
				this.scheduler.schedule(Step.ASK, id, now());
				return call;
			}
			if (halted) {
				this.store.askSince(id, now());
			}
			DurableCall judged = judge(call, false, DurableState.TIMED_OUT, null);
			if (judged.waitsForKeys(this.persons) && judged.isSettled()) {
				// The step of a vote that counts it may be missing
				this.scheduler.schedule(Step.ASK, id, now());
			}
			return judged;
		});
	}

	boolean submitted(AskedBallot asked) {
		return change(asked.call().id(), null, (call) -> this.store.submitted(asked.ballot(), now()) ? call : null);
	}

	/**
	 * Store a decision, and count the votes of its call. The state of the call at that
	 * time matters, not the one that was read before the decision was received. The
	 * decision is verified in the same transaction, so that its nonce is used up only if
	 * the decision is stored.
	 * @param asked the undecided ballot
	 * @param struck the votes that do not count any more, or may not
	 * @param verification the verification of the decision
	 * @return {@code false} if the ballot is settled, or the only one of a call that is
	 * no longer undecided
	 */
	boolean decide(AskedBallot asked, StruckVotes struck, DecisionVerification verification) {
		return change(asked.call().id(), asked, (call) -> {
			boolean undecided = CallTransitions.UNDECIDED.contains(call.state());
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			if (!(undecided || call.isOfGroup()) || !this.store.keep(asked.ballot(), decision, now())) {
				return null;
			}
			DurableCall voted = call.with(asked.ballot().decided(decision, now()));
			if (!undecided) {
				return judgeLate(voted, voted.ballot(asked.id()));
			}
			return judge(voted, struck);
		});
	}

	/**
	 * Count the votes of a call again.
	 * @param id the id of the call
	 * @param struck the votes that do not count any more, or may not
	 */
	void recount(String id, StruckVotes struck) {
		change(id, null, (call) -> CallTransitions.UNDECIDED.contains(call.state()) ? judge(call, struck) : null);
	}

	/**
	 * Apply the count of the votes of a locked call. An approval that may not count
	 * decides nothing, and prevents nothing, until more is known. If those who were not
	 * asked could still decide, only the time is over.
	 */
	private DurableCall judge(DurableCall voted, StruckVotes struck) {
		DurableCall left = strike(voted, struck);
		DurableCall certain = left
			.map((ballot) -> (left.isOfGroup() && struck.isUncertain(ballot)) ? ballot.undecided() : ballot);
		boolean reachable = certain.count(this.persons).outcome() == Outcome.UNDECIDED;
		DurableCall judged = reachable ? judge(certain, true, DurableState.TIMED_OUT, null)
				: judge(certain, true, DurableState.REFUSED, TOO_FEW_PERSONS);
		return judged.map((ballot) -> left.ballots()
			.stream()
			.filter((known) -> known.id().equals(ballot.id()))
			.findFirst()
			.orElse(ballot));
	}

	private DurableCall strike(DurableCall call, StruckVotes struck) {
		DurableCall left = call;
		for (StoredBallot ballot : call.ballots()) {
			String problem = call.isOfGroup() ? struck.findProblem(ballot) : null;
			if (problem != null) {
				this.store.lose(ballot, problem);
				left = left.with(ballot.lost(problem));
			}
		}
		return (left != call) ? this.escalation.askNeedless(left) : left;
	}

	/**
	 * Apply a vote on a locked call that was decided without it. A rejection ends the
	 * call unless it was claimed. Later, it prevents further starts.
	 */
	private DurableCall judgeLate(DurableCall call, StoredBallot ballot) {
		if (call.state() == DurableState.CANCELLING) {
			endCancelled(call);
			return call;
		}
		if (call.approval().claimedAt() == null && call.state() == DurableState.DECIDED && ballot.isRejected()) {
			follow(this.store.denied(call.id(), now()), Step.NOTIFY, call);
			return call;
		}
		this.store.lose(ballot, LATE);
		return call.with(ballot.lost(LATE));
	}

	/**
	 * Store that there will be no vote on a ballot. Its call ends if the others cannot
	 * decide it.
	 * @param asked the ballot
	 * @param state the state in which the call ends
	 * @param problem the problem, if any
	 */
	boolean lose(AskedBallot asked, DurableState state, @Nullable String problem) {
		return change(asked.call().id(), null, (call) -> {
			String reason = wasNeedless(call, asked, problem) ? StruckVotes.NEEDLESS
					: (problem != null) ? problem : state.name();
			DurableState read = asked.call().state();
			boolean isAsked = CallTransitions.UNDECIDED.contains(read) || read == DurableState.CANCELLING;
			if ((isAsked && call.state() != read) || call.ballot(asked.id()).isSettled()) {
				return null;
			}
			this.store.lose(asked.ballot(), reason);
			DurableCall left = call.with(asked.ballot().lost(reason));
			if (StruckVotes.NEEDLESS.equals(reason) && !call.count(this.persons).isNeedless(asked.pairing())) {
				// The vote that made it needless was struck meanwhile
				left = this.escalation.askNeedless(left);
			}
			if (CallTransitions.UNDECIDED.contains(call.state())) {
				return judge(left, false, state, problem);
			}
			if (call.state() == DurableState.CANCELLING) {
				endCancelled(left);
			}
			return left;
		});
	}

	/**
	 * Return whether a request was withdrawn because of a vote that was struck before
	 * this application received the response. That is assumed once for each pairing,
	 * since the gateway could report the withdrawal of each request.
	 */
	private boolean wasNeedless(DurableCall call, AskedBallot asked, @Nullable String problem) {
		return AskStep.WITHDRAWN.equals(problem) && CallTransitions.UNDECIDED.contains(call.state())
				&& call.map(StoredBallot::reinstated).count(this.persons).isNeedless(asked.pairing())
				&& call.ballots()
					.stream()
					.noneMatch((ballot) -> ballot.pairing().equals(asked.pairing())
							&& StruckVotes.NEEDLESS.equals(ballot.problem()));
	}

	/**
	 * Apply the count of the votes of a locked call, after asking the steps of an
	 * escalation that are due, or without which the quorum is out of reach.
	 * @param verified whether the keys of the approvals are known to be in force.
	 * Otherwise, approvals decide nothing, since the step of a vote does
	 * @param lostState the state of the call if the quorum is out of reach, and no
	 * approval was struck
	 * @param lostProblem the problem in this case, if any
	 */
	private DurableCall judge(DurableCall voted, boolean verified, DurableState lostState,
			@Nullable String lostProblem) {
		DurableCall call = this.escalation.askDue(voted);
		Tally.Result result = this.escalation.count(call);
		Outcome outcome = (verified || result.outcome() != Outcome.APPROVED) ? result.outcome() : Outcome.UNDECIDED;
		switch (outcome) {
			case APPROVED -> follow(this.store.decided(call.id(), now()), Step.RUN, call);
			case DENIED -> follow(this.store.denied(call.id(), now()), Step.NOTIFY, call);
			case OUT_OF_REACH, UNVERIFIED -> {
				String struck = StruckVotes.findReason(call.ballots());
				follow((struck != null) ? this.store.end(call, DurableState.REFUSED, struck, now())
						: this.store.end(call, lostState, lostProblem, now()), Step.NOTIFY, call);
			}
			case UNDECIDED -> {
				// The others are still needed
			}
		}
		boolean undecided = outcome == Outcome.UNDECIDED;
		call.ballots()
			.stream()
			.filter((ballot) -> !undecided || result.isNeedless(ballot.pairing()))
			.filter((ballot) -> !ballot.isSettled())
			.forEach((ballot) -> this.scheduler.askNow(ballot.id(), now()));
		return call;
	}

	private void endCancelled(DurableCall call) {
		if (call.isSettled()) {
			follow(this.store.end(call, DurableState.CANCELLED, null, now()), Step.NOTIFY, call);
		}
	}

	/**
	 * End a call by a decision that is kept, but not used.
	 */
	boolean endUnused(AskedBallot asked, DurableState state, @Nullable String problem,
			DecisionVerification verification) {
		return change(asked.call().id(), asked, (call) -> {
			StoredDecision decision = verification.verify(this.store.replayJournal(now()));
			if (call.state() != asked.call().state() || call.ballot(asked.id()).isSettled()) {
				return null;
			}
			this.store.keepDecision(asked.ballot(), decision, now());
			DurableCall voted = call.with(asked.ballot().decided(decision, now()));
			if (state == DurableState.CANCELLED) {
				endCancelled(voted);
			}
			else if (!follow(this.store.end(call, state, problem, now()), Step.NOTIFY, call)) {
				return null;
			}
			return voted;
		});
	}

	private boolean follow(boolean changed, Step step, DurableCall call) {
		if (changed) {
			this.scheduler.schedule(step, call.id(), now());
		}
		return changed;
	}

	/**
	 * Change a locked call, and read its state in the same transaction, since the
	 * following step may change it again once that is committed.
	 * @param voted the ballot on which a vote is stored, or {@code null} if none is
	 * @param change changes the call and returns it with its ballots, or {@code null} if
	 * nothing is changed
	 */
	private boolean change(String id, @Nullable AskedBallot voted,
			Function<DurableCall, @Nullable DurableCall> change) {
		AtomicReference<@Nullable Runnable> publication = new AtomicReference<>();
		this.transactions.executeWithoutResult((status) -> {
			DurableCall before = this.store.lock(id);
			DurableCall after = (before != null) ? change.apply(before) : null;
			if (before == null || after == null) {
				status.setRollbackOnly();
				return;
			}
			DurableApproval changed = this.store.find(id);
			publication.set(() -> publish(before, after, voted, changed));
		});
		Runnable committed = publication.get();
		if (committed != null) {
			this.publisher.publish(id, this.listenerTime, committed);
		}
		return committed != null;
	}

	private void publish(DurableCall before, DurableCall after, @Nullable AskedBallot voted,
			@Nullable DurableApproval changed) {
		if (voted != null && after.isOfGroup()) {
			after.votes(this.persons)
				.toList()
				.stream()
				.filter((vote) -> vote.requestId().equals(voted.id()))
				.forEach((vote) -> this.publisher.voted(before, vote));
		}
		List<StoredBallot> added = after.ballots()
			.stream()
			.filter((ballot) -> before.ballots().stream().noneMatch((known) -> known.id().equals(ballot.id())))
			.toList();
		added.stream()
			.map(StoredBallot::step)
			.filter((step) -> step != 0)
			.distinct()
			.forEach((step) -> this.publisher.escalated(before, step,
					added.stream().filter((ballot) -> ballot.step() == step).map(StoredBallot::pairing).toList()));
		if (changed != null && changed.state() != before.state()) {
			this.publisher.changed(changed, before, after.decision(this.persons));
		}
	}

	private Instant now() {
		return this.clock.instant();
	}

	/**
	 * Exception thrown when a received decision does not verify, to roll back the
	 * transaction.
	 */
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
