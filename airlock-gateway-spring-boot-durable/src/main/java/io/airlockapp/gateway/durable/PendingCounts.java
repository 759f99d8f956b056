/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.durable.DurableCallStore.UndecidedCalls;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts the undecided calls of all instances. The numbers are read from time to time,
 * since they only adjust intervals and limits. They are read in another thread, and thus
 * never in the transaction of a caller, which a failure would abort.
 */
public final class PendingCounts {

	/**
	 * The age up to which calls are asked about with priority.
	 */
	static final Duration YOUNG = Duration.ofMinutes(10);

	/**
	 * The time before the expiry from which calls are asked about with priority.
	 */
	static final Duration SHORTLY = Duration.ofMinutes(5);

	private static final Log logger = LogFactory.getLog(PendingCounts.class);

	private static final Duration MAX_AGE = Duration.ofSeconds(15);

	/**
	 * The longest time to wait for numbers. The only connection of a pool may be that of
	 * the caller's transaction.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final DurableCallStore store;

	private final Executor executor;

	private final InstantSource clock;

	private Counts counts = new Counts(Instant.EPOCH, 0, 0);

	private Future<?> reading = CompletableFuture.completedFuture(null);

	private List<UndecidedCalls> counted = List.of();

	/**
	 * The calls that may be among those that are counted now.
	 */
	private final List<UndecidedCalls> addedBefore = new ArrayList<>();

	private final List<UndecidedCalls> added = new ArrayList<>();

	private final List<UndecidedCalls> uncommitted = new ArrayList<>();

	/**
	 * Create the counts.
	 * @param store the store of calls
	 * @param executor the executor with threads in which the numbers are read
	 * @param clock the time of day
	 */
	public PendingCounts(DurableCallStore store, Executor executor, InstantSource clock) {
		this.store = store;
		this.executor = executor;
		this.clock = clock;
	}

	/**
	 * Return the numbers. They are at most 15 seconds old if the database responds within
	 * a second. Otherwise, they are the last ones, or zero.
	 */
	Counts get() {
		Future<?> started = read();
		if (!started.isDone()) {
			await(started);
		}
		synchronized (this) {
			return this.counts;
		}
	}

	private synchronized Future<?> read() {
		Instant now = this.clock.instant();
		boolean known = Duration.between(this.counts.time(), now).abs().compareTo(MAX_AGE) < 0;
		if (!known && this.reading.isDone()) {
			this.reading = CompletableFuture.runAsync(() -> read(now), this.executor);
		}
		return this.reading;
	}

	private void read(Instant now) {
		synchronized (this) {
			this.addedBefore.addAll(this.added);
			this.added.clear();
		}
		try {
			Instant soon = now.plus(MAX_AGE).plus(AskSchedule.LAST_LOOK);
			List<UndecidedCalls> undecided = this.store.countUndecided(soon);
			int requests = undecided.stream().mapToInt(UndecidedCalls::requests).sum();
			int young = this.store.countYoung(now.minus(YOUNG), soon, now.plus(SHORTLY));
			synchronized (this) {
				this.addedBefore.clear();
				this.counted = undecided;
				this.counts = new Counts(now, requests, Math.min(young, requests));
			}
			this.warnings.reset();
		}
		catch (Exception ex) {
			this.warnings.warn("The undecided calls cannot be counted, so that the last numbers apply: "
					+ AirlockGatewayException.safeMessage(ex));
		}
	}

	private static void await(Future<?> reading) {
		try {
			reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The undecided calls are not counted yet: " + ex.getClass().getName());
		}
	}

	/**
	 * Return the numbers of undecided calls, including those that this instance recorded
	 * since they were counted, or in a transaction that is not committed yet.
	 * @param gate a guarded method
	 * @param requester the key of a requester, or {@code null} for callers without one
	 */
	Places places(String gate, @Nullable String requester) {
		get();
		return new Places(sum((calls) -> true, UndecidedCalls::number), sum(ofGate(gate), UndecidedCalls::number),
				sum(ofRequester(requester), UndecidedCalls::number));
	}

	/**
	 * Return the time that the requests of a requester take at the pace of all requests
	 * which may not have been sent yet, or are to be withdrawn, so that many calls of one
	 * do not delay those of others. Those without a requester are of one guarded method.
	 * @param own the number of requests that do not count
	 * @param perMinute the pace
	 */
	Duration delay(String gate, @Nullable String requester, int own, int perMinute) {
		int unsent = ofCaller(gate, requester, UndecidedCalls::unsent);
		return Duration.ofMinutes(Math.max(0, unsent - own)).dividedBy(perMinute);
	}

	/**
	 * Return the number of requests of a caller about calls that expire now. They are at
	 * most 15 seconds old.
	 * @param gate a guarded method
	 * @param requester the key of the requester, or {@code null} for callers without one
	 */
	int expiring(String gate, @Nullable String requester) {
		get();
		return ofCaller(gate, requester, UndecidedCalls::expiring);
	}

	/**
	 * Return the number of a requester, or the smaller one of a guarded method for
	 * callers without one.
	 */
	private int ofCaller(String gate, @Nullable String requester, ToIntFunction<UndecidedCalls> number) {
		int ofRequester = sum(ofRequester(requester), number);
		return (requester != null) ? ofRequester : Math.min(ofRequester, sum(ofGate(gate), number));
	}

	private static Predicate<UndecidedCalls> ofGate(String gate) {
		return (calls) -> calls.gate().equals(gate);
	}

	private static Predicate<UndecidedCalls> ofRequester(@Nullable String requester) {
		return (calls) -> Objects.equals(calls.requester(), requester);
	}

	private synchronized int sum(Predicate<UndecidedCalls> which, ToIntFunction<UndecidedCalls> number) {
		return Stream.of(this.counted, this.addedBefore, this.added, this.uncommitted)
			.flatMap(List::stream)
			.filter(which)
			.mapToInt(number)
			.sum();
	}

	/**
	 * Add requests to those of a call that was added.
	 */
	synchronized void addedRequests(String gate, @Nullable String requester, int number) {
		this.added.add(new UndecidedCalls(gate, requester, 0, 0, 0, number));
	}

	/**
	 * Add a call that was recorded in the transaction of the current thread.
	 */
	synchronized void added(String gate, @Nullable String requester) {
		UndecidedCalls call = new UndecidedCalls(gate, requester, 1, 0, 0, 1);
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			this.added.add(call);
			return;
		}
		this.uncommitted.add(call);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				completed(call, status != STATUS_ROLLED_BACK);
			}

		});
	}

	private synchronized void completed(UndecidedCalls call, boolean exists) {
		this.uncommitted.remove(call);
		if (exists) {
			this.added.add(call);
		}
	}

	/**
	 * Numbers of undecided calls.
	 *
	 * @param time the time at which they were counted
	 * @param pending the number of requests about all undecided calls
	 * @param young the number of those that are asked about with priority
	 */
	record Counts(Instant time, int pending, int young) {
	}

	/**
	 * Numbers of undecided calls, by which a further one is admitted.
	 *
	 * @param total the number of all calls
	 * @param ofGate the number of those of one guarded method
	 * @param ofRequester the number of those of one requester
	 */
	record Places(int total, int ofGate, int ofRequester) {
	}

}
