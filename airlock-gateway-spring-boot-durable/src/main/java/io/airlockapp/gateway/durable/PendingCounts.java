/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
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

	private Numbers counted = new Numbers();

	/**
	 * The numbers of requests.
	 */
	private Numbers unsent = new Numbers();

	private Numbers expiring = new Numbers();

	/**
	 * The calls that may be among those that are counted now.
	 */
	private final Numbers addedBefore = new Numbers();

	private final Numbers added = new Numbers();

	private final Numbers uncommitted = new Numbers();

	/**
	 * The requests in addition to one for each added call, that may be counted now.
	 */
	private final Numbers moreBefore = new Numbers();

	private final Numbers more = new Numbers();

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
			this.addedBefore.moveFrom(this.added);
			this.moreBefore.moveFrom(this.more);
		}
		try {
			Numbers undecided = new Numbers();
			Numbers recorded = new Numbers();
			Numbers expired = new Numbers();
			AtomicInteger requests = new AtomicInteger();
			Instant soon = now.plus(MAX_AGE).plus(AskSchedule.LAST_LOOK);
			this.store.countUndecided(soon).forEach((calls) -> {
				undecided.add(calls.gate(), calls.requester(), calls.number());
				recorded.add(calls.gate(), calls.requester(), calls.unsent());
				expired.add(calls.gate(), calls.requester(), calls.expiring());
				requests.addAndGet(calls.requests());
			});
			int young = this.store.countYoung(now.minus(YOUNG), soon, now.plus(SHORTLY));
			synchronized (this) {
				this.addedBefore.clear();
				this.moreBefore.clear();
				this.counted = undecided;
				this.unsent = recorded;
				this.expiring = expired;
				this.counts = new Counts(now, requests.get(), Math.min(young, requests.get()));
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
		synchronized (this) {
			return new Places(sum(this.counted, (numbers) -> numbers.total), sum(this.counted, ofGate(gate)),
					sum(this.counted, ofRequester(requester)));
		}
	}

	/**
	 * Return the time that the requests of a requester take at the pace of all requests
	 * which may not have been sent yet, or are to be withdrawn, so that many calls of one
	 * do not delay those of others. Those without a requester are of one guarded method.
	 * @param own the number of requests that do not count
	 * @param perMinute the pace
	 */
	synchronized Duration delay(String gate, @Nullable String requester, int own, int perMinute) {
		int unsent = ofCaller(gate, requester, this::unsent);
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
		synchronized (this) {
			return ofCaller(gate, requester, (number) -> number.applyAsInt(this.expiring));
		}
	}

	/**
	 * Return the number of a requester, or the smaller one of a guarded method for
	 * callers without one.
	 */
	private static int ofCaller(String gate, @Nullable String requester,
			ToIntFunction<ToIntFunction<Numbers>> numbers) {
		int ofRequester = numbers.applyAsInt(ofRequester(requester));
		return (requester != null) ? ofRequester : Math.min(ofRequester, numbers.applyAsInt(ofGate(gate)));
	}

	private int unsent(ToIntFunction<Numbers> number) {
		return sum(this.unsent, number) + number.applyAsInt(this.moreBefore) + number.applyAsInt(this.more);
	}

	/**
	 * Add requests to those of a call that was added.
	 */
	synchronized void addedRequests(String gate, @Nullable String requester, int number) {
		this.more.add(gate, requester, number);
	}

	private static ToIntFunction<Numbers> ofGate(String gate) {
		return (numbers) -> numbers.byGate.getOrDefault(gate, 0);
	}

	private static ToIntFunction<Numbers> ofRequester(@Nullable String requester) {
		return (numbers) -> numbers.byRequester.getOrDefault(requester, 0);
	}

	private int sum(Numbers read, ToIntFunction<Numbers> number) {
		return Stream.of(read, this.addedBefore, this.added, this.uncommitted).mapToInt(number).sum();
	}

	/**
	 * Add a call that was recorded in the transaction of the current thread.
	 */
	void added(String gate, @Nullable String requester) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			add(this.added, gate, requester, 1);
			return;
		}
		add(this.uncommitted, gate, requester, 1);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				add(PendingCounts.this.uncommitted, gate, requester, -1);
				if (status != STATUS_ROLLED_BACK) {
					add(PendingCounts.this.added, gate, requester, 1);
				}
			}

		});
	}

	private synchronized void add(Numbers numbers, String gate, @Nullable String requester, int number) {
		numbers.add(gate, requester, number);
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

	/**
	 * Holds the numbers of calls by guarded method and by requester.
	 */
	private static final class Numbers {

		private final Map<String, Integer> byGate = new HashMap<>();

		private final Map<@Nullable String, Integer> byRequester = new HashMap<>();

		private int total;

		void add(String gate, @Nullable String requester, int number) {
			if (number == 0) {
				return;
			}
			this.total += number;
			this.byGate.merge(gate, number, Numbers::sum);
			this.byRequester.merge(requester, number, Numbers::sum);
		}

		void moveFrom(Numbers other) {
			this.total += other.total;
			other.byGate.forEach((gate, number) -> this.byGate.merge(gate, number, Numbers::sum));
			other.byRequester.forEach((requester, number) -> this.byRequester.merge(requester, number, Numbers::sum));
			other.clear();
		}

		void clear() {
			this.total = 0;
			this.byGate.clear();
			this.byRequester.clear();
		}

		private static @Nullable Integer sum(Integer first, Integer second) {
			return (first + second != 0) ? first + second : null;
		}

	}

}
