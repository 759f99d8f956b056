/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.durable.DurableContext.Scope;
import io.airlockapp.gateway.durable.exchange.RecordedContexts;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Claim;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Run of a call in the current thread: restores the contexts of the caller, claims the
 * call, and holds it until it is closed.
 */
final class CallRun implements Claim, AutoCloseable {

	private static final Log logger = LogFactory.getLog(CallRun.class);

	private String id = UUID.randomUUID().toString();

	private final List<Scope> scopes = new ArrayList<>();

	private final DurableCall call;

	private final String plaintext;

	private final List<DurableContext> contexts;

	private final Predicate<String> claim;

	private final Duration validity;

	private final InstantSource clock;

	private final Ticker ticker;

	private @Nullable Deadline entry;

	private @Nullable Instant entryUntil;

	private boolean prepared;

	private boolean claiming;

	private boolean refused;

	private volatile boolean repeatable = true;

	private volatile boolean entered;

	private volatile @Nullable Obstacle obstacle;

	/**
	 * Create a run.
	 * @param call the call
	 * @param plaintext the plaintext of the call
	 * @param contexts the contexts to restore
	 * @param claim claims the call for the run with an id
	 * @param validity the time after the claim in which the method can be entered
	 * @param clock the time of day
	 * @param ticker the ticker for elapsed time
	 */
	CallRun(DurableCall call, String plaintext, List<DurableContext> contexts, Predicate<String> claim,
			Duration validity, InstantSource clock, Ticker ticker) {
		this.call = call;
		this.plaintext = plaintext;
		this.contexts = contexts;
		this.claim = claim;
		this.validity = validity;
		this.clock = clock;
		this.ticker = ticker;
	}

	String id() {
		return this.id;
	}

	/**
	 * Return whether the call may be claimed for this run, also if the claim seemed to
	 * fail.
	 */
	boolean mayBeClaimed() {
		return this.claiming && !this.refused;
	}

	/**
	 * Return whether all that the method commits is recorded as far as known, so that the
	 * method may start again if nothing was.
	 */
	boolean isRepeatable() {
		return this.repeatable;
	}

	/**
	 * Return whether the run is replaced if its process stops.
	 */
	boolean isRestartable() {
		return this.id.startsWith(DurableCallStore.RESTARTABLE_RUN);
	}

	/**
	 * Return the reason why the method must not be entered, or {@code null} if there is
	 * none.
	 */
	@Nullable Obstacle findObstacle() {
		return this.obstacle;
	}

	@Override
	public void enter() {
		if (!this.id.equals(RunningCall.currentRunId())) {
			throw prevented("OTHER_THREAD",
					"an interceptor inside the guard executes it in another thread, where the id and the contexts of the call "
							+ "are missing, and commits are not recorded. Remove that interceptor, or give it an order below "
							+ "'airlock.gateway.approval.order'");
		}
		boolean recorded = RunningCall.isTransactionRecorded();
		this.repeatable = recorded || !RunningCall.isInTransaction();
		if (isRestartable() && !recorded) {
			throw prevented("TRANSACTION_NOT_RECORDED",
					"it has @RestartUncommitted, but commits of its transaction would not be recorded. "
							+ "Begin it by a ConfigurableTransactionManager bean for the DataSource in which calls "
							+ "are recorded, or remove @RestartUncommitted");
		}
		if (!isClaimValid()) {
			throw new ApprovalUnavailableException(
					"The method of approval %s is not entered, because it was claimed more than %s s ago, and another instance may have taken the claim back"
						.formatted(this.call.id(), this.validity.toSeconds()),
					this.call.id(), null);
		}
		this.entered = true;
	}

	private InvalidApprovalUsageException prevented(String problem, String reason) {
		String message = "%s is not entered: %s".formatted(this.call.approval().gate(), reason);
		this.obstacle = new Obstacle(problem, message);
		return new InvalidApprovalUsageException(message);
	}

	/**
	 * Return whether no other instance can have taken the claim back. The database is not
	 * asked: the first statement of the method's transaction is the method's own, since
	 * it can determine the snapshot that the transaction reads. The time of day also
	 * advances while the machine is suspended.
	 */
	private boolean isClaimValid() {
		return this.entry != null && !this.entry.isOver() && this.entryUntil != null
				&& this.clock.instant().isBefore(this.entryUntil);
	}

	/**
	 * Return whether the method was entered. Whatever is thrown afterwards, the method
	 * has started.
	 */
	boolean isEntered() {
		return this.entered;
	}

	/**
	 * Claim the call. Everything else that can fail has to precede it.
	 */
	@Override
	public boolean getAsBoolean() {
		if (this.claiming) {
			return false;
		}
		prepare(false);
		this.claiming = true;
		this.entry = Deadline.in(this.validity, this.ticker);
		this.entryUntil = this.clock.instant().plus(this.validity);
		if (!this.claim.test(this.id)) {
			this.refused = true;
			return false;
		}
		RunningCall.set(new RunningCall(this.call.approval(), this.id, this.call.trace()));
		return true;
	}

	/**
	 * Restore the contexts of the caller, which the arguments may depend on.
	 */
	@Override
	public void prepare(boolean restartable) {
		if (this.prepared) {
			return;
		}
		if (restartable) {
			this.id = DurableCallStore.RESTARTABLE_RUN + this.id;
		}
		Map<String, Map<String, String>> recorded = RecordedContexts.of(HarpJson.mapper().readTree(this.plaintext))
			.values(Objects.requireNonNull(this.call.arguments()));
		Set<String> unknown = new TreeSet<>(recorded.keySet());
		for (DurableContext context : this.contexts) {
			unknown.remove(context.getName());
		}
		if (!unknown.isEmpty()) {
			throw new ApprovalUnavailableException("this instance has no DurableContext with the recorded name '%s'"
				.formatted(String.join("', '", unknown)), this.call.id(), null);
		}
		for (DurableContext context : this.contexts) {
			this.scopes.add(context.restore(recorded.getOrDefault(context.getName(), Map.of())));
		}
		this.prepared = true;
	}

	@Override
	public void close() {
		RunningCall.set(null);
		for (int i = this.scopes.size() - 1; i >= 0; i--) {
			try {
				this.scopes.get(i).close();
			}
			catch (Throwable ex) {
				// Also a checked exception, which only Java requires to be declared
				logger.warn("A DurableContext cannot be removed after approval %s: %s".formatted(this.call.id(),
						ex.getClass().getName()));
			}
		}
	}

	/**
	 * Reason why the method must not be entered, however often the call is started.
	 *
	 * @param problem the problem of the call
	 * @param message the reason and its remedy
	 */
	record Obstacle(String problem, String message) {
	}

}
