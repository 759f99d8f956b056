package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Counts the undecided calls of all instances. The numbers are read from time to time,
 * since they only adjust intervals and a limit.
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

	private static final Duration MAX_AGE = Duration.ofSeconds(15);

	private final DurableCallStore store;

	private final InstantSource clock;

	private @Nullable Counts counts;

	private int added;

	/**
	 * Create the counts.
	 * @param store the store of calls
	 * @param clock the time of day
	 */
	public PendingCounts(DurableCallStore store, InstantSource clock) {
		this.store = store;
		this.clock = clock;
	}

	/**
	 * Return the numbers, which are at most 15 seconds old.
	 */
	Counts get() {
		Instant now = this.clock.instant();
		synchronized (this) {
			if (this.counts != null && Duration.between(this.counts.time(), now).abs().compareTo(MAX_AGE) < 0) {
				return this.counts;
			}
		}
		Map<DurableState, Integer> open = this.store.countOpen();
		int pending = open.getOrDefault(DurableState.RECORDED, 0) + open.getOrDefault(DurableState.SUBMITTED, 0);
		int young = this.store.countYoung(now.minus(YOUNG), now.plus(SHORTLY));
		synchronized (this) {
			this.added = 0;
			this.counts = new Counts(now, pending, Math.min(young, pending));
			return this.counts;
		}
	}

	/**
	 * Return the number of undecided calls, including those that this instance recorded
	 * since they were counted.
	 */
	int pending() {
		int counted = get().pending();
		synchronized (this) {
			return counted + this.added;
		}
	}

	synchronized void added() {
		this.added++;
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
