package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.harp.ReplayJournal;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes the states of calls. Each change and the schedule of the step that follows from
 * it are one transaction. The change is published after the commit.
 */
final class CallTransitions {

	private static final Set<DurableState> UNDECIDED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED);

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final TransactionOperations transactions;

	private final TransitionPublisher publisher;

	private final InstantSource clock;

	CallTransitions(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
			TransitionPublisher publisher, InstantSource clock) {
		this.store = store;
		this.scheduler = scheduler;
		this.transactions = transactions;
		this.publisher = publisher;
		this.clock = clock;
	}

	boolean submitted(DurableCall call) {
		return publishing(call, null, () -> this.store.submitted(call.id(), now()));
	}

	/**
	 * Store a decision. It is verified in the same transaction, so that its nonce is used
	 * up only if the decision is stored.
	 * @param call the undecided call
	 * @param verification the verification of the decision
	 * @return {@code false} if the call is no longer undecided
	 */
	boolean decide(DurableCall call, DecisionVerification verification) {
		StoredDecision[] decision = new StoredDecision[1];
		boolean changed = inTransaction(() -> {
			decision[0] = verification.verify(this.store.replayJournal(now()));
			boolean approved = decision[0].decision().isApproved();
			return changed(this.store.decided(call.id(), decision[0], now()), approved ? Step.RUN : Step.TELL, call);
		});
		if (changed) {
			publish(call, decision[0]);
		}
		return changed;
	}

	/**
	 * End a call by a decision that is kept, but not used.
	 */
	boolean endUnused(DurableCall call, DurableState state, @Nullable String problem,
			DecisionVerification verification) {
		StoredDecision[] decision = new StoredDecision[1];
		boolean changed = inTransaction(() -> {
			decision[0] = verification.verify(this.store.replayJournal(now()));
			if (!this.store.end(call.id(), EnumSet.of(call.state()), state, problem, now())) {
				return false;
			}
			this.store.keepDecision(call.id(), decision[0], now());
			return changed(true, Step.TELL, call);
		});
		if (changed) {
			publish(call, decision[0]);
		}
		return changed;
	}

	/**
	 * End an undecided call.
	 */
	boolean endUndecided(DurableCall call, DurableState state, @Nullable String problem) {
		return publishing(call, null,
				() -> changed(this.store.end(call.id(), UNDECIDED, state, problem, now()), Step.TELL, call));
	}

	/**
	 * End a call in the state that was read.
	 */
	boolean end(DurableCall call, DurableState state, @Nullable String problem) {
		return publishing(call, call.decision(),
				() -> changed(this.store.end(call.id(), EnumSet.of(call.state()), state, problem, now()), Step.TELL,
						call));
	}

	/**
	 * Claim a call. When this method returns {@code true}, the claim is committed.
	 */
	boolean claim(DurableCall call, String runId, String instance) {
		return publishing(call, call.decision(), () -> this.store.claim(call.id(), runId, instance, now()));
	}

	boolean endRun(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		return publishing(call, call.decision(),
				() -> changed(this.store.endRun(call.id(), runId, state, problem, now()), Step.TELL, call));
	}

	/**
	 * Record that the outcome of a claimed call is not known.
	 */
	boolean lose(String id) {
		boolean changed = inTransaction(() -> this.store.lose(id));
		if (changed) {
			this.publisher.changed(this.store.find(id), null, null);
		}
		return changed;
	}

	private boolean changed(boolean changed, Step step, DurableCall call) {
		if (changed) {
			this.scheduler.schedule(step, call.id(), now());
		}
		return changed;
	}

	private boolean publishing(DurableCall call, @Nullable StoredDecision decision, BooleanSupplier change) {
		boolean changed = inTransaction(change);
		if (changed) {
			publish(call, decision);
		}
		return changed;
	}

	private void publish(DurableCall call, @Nullable StoredDecision decision) {
		this.publisher.changed(this.store.find(call.id()), call, decision);
	}

	private boolean inTransaction(BooleanSupplier change) {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> change.getAsBoolean()));
	}

	private Instant now() {
		return this.clock.instant();
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
