/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.Assert;

/**
 * Default implementation of {@link DurableApprovals}.
 */
public final class DefaultDurableApprovals implements DurableApprovals {

	private static final int MAX_LIMIT = 1000;

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final CallRecorder recorder;

	private final TransactionOperations transactions;

	private final TransactionOperations reading;

	private final TransitionPublisher publisher;

	private final PendingCounts counts;

	private final DurableSettings settings;

	private final InstantSource clock;

	/**
	 * Create the operations.
	 * @param dependencies the collaborators
	 * @param recorder the recorder of calls
	 * @param transactions the transactions of callers
	 * @param reading the transactions of callers for reading
	 */
	public DefaultDurableApprovals(DurableDependencies dependencies, CallRecorder recorder,
			TransactionOperations transactions, TransactionOperations reading) {
		this.store = dependencies.store();
		this.scheduler = dependencies.scheduler();
		this.recorder = recorder;
		this.transactions = transactions;
		this.reading = reading;
		this.publisher = dependencies.publisher();
		this.counts = dependencies.counts();
		this.settings = dependencies.settings();
		this.clock = dependencies.clock();
	}

	@Override
	public Optional<DurableApproval> recording(Runnable call) {
		return this.recorder.recording(null, call);
	}

	@Override
	public Optional<DurableApproval> recording(String key, Runnable call) {
		Assert.hasText(key, "'key' must not be empty");
		return this.recorder.recording(key, call);
	}

	@Override
	public Optional<DurableApproval> find(String id) {
		return this.reading.execute((status) -> Optional.ofNullable(this.store.find(id)));
	}

	@Override
	public Optional<ApprovalDecision> decision(String id) {
		return this.reading.execute((status) -> Optional.ofNullable(this.store.findCall(id)))
			.filter((call) -> !call.waitsForKeys(this.settings.approvers().persons()))
			.map((call) -> call.decision(this.settings.approvers().persons()))
			.map(StoredDecision::decision);
	}

	@Override
	public List<DurableApproval> find(Set<DurableState> states, @Nullable String afterId, int limit) {
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("'limit' must be from 1 to %s, but is %s".formatted(MAX_LIMIT, limit));
		}
		return states.isEmpty() ? List.of()
				: this.reading.execute((status) -> this.store.find(EnumSet.copyOf(states), afterId, limit));
	}

	@Override
	public boolean cancel(String id) {
		this.counts.get();
		return Boolean.TRUE.equals(this.transactions.execute((status) -> {
			if (!isCall(id)) {
				return false;
			}
			DurableCall before = this.store.findReadable(id);
			// In the order of the states, since a decision may be stored between the two
			if (this.store.cancelling(id)) {
				withdraw(id, before);
				publish(id, before);
				return true;
			}
			if (this.store.cancelled(id, this.clock.instant())) {
				follow(Step.NOTIFY, id, before);
				if (id.startsWith(DurableCall.GROUP)) {
					askNow(id);
				}
				return true;
			}
			return this.store.isCancelled(id);
		}));
	}

	@Override
	public boolean resolve(String id, Resolution resolution) {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> {
			if (!isCall(id)) {
				return false;
			}
			DurableCall before = this.store.findReadable(id);
			boolean resolved = this.store.resolve(id, resolution, this.clock.instant());
			if (resolved) {
				follow(Step.NOTIFY, id, before);
			}
			return resolved;
		}));
	}

	/**
	 * Return whether there is a call with an id. In MariaDB, an update of no row can keep
	 * others from insertions.
	 */
	private boolean isCall(String id) {
		DurableApproval found = this.store.find(id);
		return found != null && found.id().equals(id);
	}

	/**
	 * Schedule the withdrawal of the requests of a call. They follow the requests of the
	 * same caller at the pace of all requests, as those of recorded calls do.
	 */
	private void withdraw(String id, @Nullable DurableCall before) {
		List<String> asked = this.store.findAsked(id);
		Instant turn = this.clock.instant();
		if (before != null) {
			String gate = before.approval().gate();
			int own = (before.state() == DurableState.RECORDED) ? asked.size() : 0;
			turn = turn
				.plus(this.counts.delay(gate, before.keys().requester(), own, this.settings.requestsPerMinute()));
			this.counts.addedRequests(gate, before.keys().requester(), asked.size() - own);
		}
		Instant expiry = (before != null) ? before.approval().expiresAt() : turn;
		for (String ballot : asked) {
			this.scheduler.askNow(ballot, turn.isBefore(expiry) ? turn : expiry);
			turn = turn.plus(Duration.ofMinutes(1).dividedBy(this.settings.requestsPerMinute()));
		}
	}

	private void askNow(String id) {
		this.store.findAsked(id).forEach((ballot) -> this.scheduler.askNow(ballot, this.clock.instant()));
	}

	private void follow(Step step, String id, @Nullable DurableCall before) {
		this.scheduler.schedule(step, id, this.clock.instant());
		publish(id, before);
	}

	private void publish(String id, @Nullable DurableCall before) {
		DurableApproval changed = this.store.find(id);
		if (changed != null) {
			this.publisher.changedInTransaction(changed, before);
		}
	}

}
