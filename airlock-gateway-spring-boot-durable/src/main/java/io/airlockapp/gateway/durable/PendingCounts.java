package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts the undecided calls of all instances. The numbers are read from time to time,
 * since they only adjust intervals and a limit. They are read in another thread, and thus
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

	private int added;

	private int uncommitted;

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
		int before;
		synchronized (this) {
			before = this.added;
		}
		try {
			Map<DurableState, Integer> open = this.store.countOpen();
			int pending = open.getOrDefault(DurableState.RECORDED, 0) + open.getOrDefault(DurableState.SUBMITTED, 0);
			int young = this.store.countYoung(now.minus(YOUNG), now.plus(SHORTLY));
			synchronized (this) {
				this.added -= before;
				this.counts = new Counts(now, pending, Math.min(young, pending));
			}
			this.warnings.reset();
		}
		catch (RuntimeException ex) {
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
	 * Return the number of undecided calls, including those that this instance recorded
	 * since they were counted, or in a transaction that is not committed yet.
	 */
	int pending() {
		int counted = get().pending();
		synchronized (this) {
			return counted + this.added + this.uncommitted;
		}
	}

	/**
	 * Add a call that was recorded in the transaction of the current thread.
	 */
	void added() {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			add(0, 1);
			return;
		}
		add(1, 0);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				add(-1, (status == STATUS_ROLLED_BACK) ? 0 : 1);
			}

		});
	}

	private synchronized void add(int moreUncommitted, int more) {
		this.uncommitted += moreUncommitted;
		this.added += more;
	}

	/**
	 * Numbers of undecided calls.
	 *
	 * @param time the time at which they were counted
	 * @param pending the number of all undecided calls
	 * @param young the number of those that are asked about with priority
	 */
	record Counts(Instant time, int pending, int young) {
	}

}
