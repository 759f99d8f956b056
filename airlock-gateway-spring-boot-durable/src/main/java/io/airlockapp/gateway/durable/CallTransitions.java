/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;

/**
 * Changes the states of calls. Each change and the schedule of the step that follows from
 * it are one transaction. The change is published after the commit.
 */
final class CallTransitions {

	/**
	 * The problem of a call that starts again after its process stopped.
	 */
	static final String PROCESS_STOPPED = "PROCESS_STOPPED";

	/**
	 * The problem of a call that has ended without its content.
	 */
	static final String UNREADABLE = "UNREADABLE";

	/**
	 * The problem of a call that was changed after it was recorded.
	 */
	static final String NOT_VERIFIED = "NOT_VERIFIED";

	private static final Set<DurableState> UNCLAIMED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED,
			DurableState.DECIDED, DurableState.CANCELLING);

	static final Set<DurableState> UNDECIDED = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED);

	private final DurableDependencies dependencies;

	private final DurableCallStore store;

	private final TransitionPublisher publisher;

	CallTransitions(DurableDependencies dependencies) {
		this.dependencies = dependencies;
		this.store = dependencies.store();
		this.publisher = dependencies.publisher();
	}

	/**
	 * End a call in the state that was read, unless it was started since.
	 */
	boolean end(DurableCall call, DurableState state, @Nullable String problem) {
		return change(call.id(), call, call.decision(this.dependencies.persons()), () -> {
			boolean ended = following(this.store.end(call, state, problem, now()), Step.NOTIFY, call.id(), now());
			if (ended && call.isOfGroup()) {
				call.ballots()
					.stream()
					.filter((ballot) -> !ballot.isSettled())
					.forEach((ballot) -> this.dependencies.scheduler().askNow(ballot.id(), now()));
			}
			return ended;
		});
	}

	/**
	 * End a call whose content cannot be read until its time to start is over, such as
	 * without the key, in the state that was read.
	 */
	void endUnreadable(DurableApproval approval) {
		String id = approval.id();
		DurableState state = (approval.state() == DurableState.CANCELLING) ? DurableState.CANCELLED
				: DurableState.TIMED_OUT;
		if (UNCLAIMED.contains(approval.state())) {
			change(id, () -> following(this.store.end(id, EnumSet.of(approval.state()), state, UNREADABLE, now()),
					Step.NOTIFY, id, now()));
		}
	}

	/**
	 * Claim a call, unless it was rejected since it was read. When this method returns
	 * {@code true}, the claim is committed.
	 */
	boolean claim(DurableCall call, String runId, String instance, int attempts) {
		return change(call.id(), call, null, () -> this.store.claim(call.id(), runId, instance, attempts, now())
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
		return change(call.id(), call, null,
				() -> following(this.store.startAgain(call.id(), runId, problem, attempts, time), Step.RUN, call.id(),
						time));
	}

	/**
	 * Take the claim of a run back whose method was not entered. The call may start at a
	 * time. Nothing is published, since nothing was decided.
	 */
	boolean release(DurableCall call, String runId, Instant time) {
		return inTransaction(call.id(), () -> following(this.store.release(call.id(), runId, call.approval().problem()),
				Step.RUN, call.id(), time)) != null;
	}

	boolean endRun(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		return change(call.id(), call, null, () -> following(this.store.endRun(call.id(), runId, state, problem, now()),
				Step.NOTIFY, call.id(), now()));
	}

	/**
	 * Record that the outcome of a claimed call is not known, unless its step is executed
	 * elsewhere.
	 */
	boolean lose(String id, long execution) {
		return change(id, () -> this.store.lose(id, execution));
	}

	/**
	 * Record that the outcome of a run is not known to the run itself.
	 */
	boolean lose(DurableCall call, String runId, @Nullable String problem) {
		return change(call.id(), call, null, () -> this.store.lose(call.id(), runId, problem));
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

	private boolean following(boolean changed, Step step, String id, Instant time) {
		if (changed) {
			this.dependencies.scheduler().schedule(step, id, time);
		}
		return changed;
	}

	private boolean change(String id, BooleanSupplier change) {
		return change(id, this.store.findReadable(id), null, change);
	}

	/**
	 * Change a state, and publish it.
	 * @param decision the decision that belongs to the new state, if any
	 */
	private boolean change(String id, @Nullable DurableCall before, @Nullable StoredDecision decision,
			BooleanSupplier change) {
		DurableApproval changed = inTransaction(id, change);
		if (changed != null) {
			this.publisher.publish(id, this.dependencies.settings().listenerTime(),
					() -> this.publisher.changed(changed, before, decision));
		}
		return changed != null;
	}

	/**
	 * Change a state in a transaction, and read it there, since the following step may
	 * change it again once the transaction is committed.
	 * @return the call in its new state, or {@code null} if it was not changed
	 */
	private @Nullable DurableApproval inTransaction(String id, BooleanSupplier change) {
		AtomicReference<@Nullable DurableApproval> changed = new AtomicReference<>();
		this.dependencies.transactions().executeWithoutResult((status) -> {
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
		return this.dependencies.clock().instant();
	}

}
