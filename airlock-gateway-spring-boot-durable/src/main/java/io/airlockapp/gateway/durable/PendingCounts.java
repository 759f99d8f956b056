package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.durable.DurableCallStore.UndecidedCalls;
import org.jspecify.annotations.Nullable;

/**
 * Counts the undecided calls of all instances. The numbers are read from time to time,
 * since they only adjust intervals and limits.
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

	private final Map<String, Integer> byGate = new HashMap<>();

	private final Map<@Nullable String, Integer> byRequester = new HashMap<>();

	private int total;

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
		List<UndecidedCalls> undecided = this.store.countUndecided();
		int young = this.store.countYoung(now.minus(YOUNG), now.plus(SHORTLY));
		synchronized (this) {
			this.total = 0;
			this.byGate.clear();
			this.byRequester.clear();
			undecided.forEach((calls) -> add(calls.gate(), calls.requester(), calls.number()));
			this.counts = new Counts(now, this.total, Math.min(young, this.total));
			return this.counts;
		}
	}

	/**
	 * Return the numbers of undecided calls, including those that this instance recorded
	 * since they were counted.
	 * @param gate a guarded method
	 * @param requester the key of a requester, or {@code null} for callers without one
	 */
	Places places(String gate, @Nullable String requester) {
		get();
		synchronized (this) {
			return new Places(this.total, this.byGate.getOrDefault(gate, 0),
					this.byRequester.getOrDefault(requester, 0));
		}
	}

	synchronized void added(String gate, @Nullable String requester) {
		add(gate, requester, 1);
	}

	private void add(String gate, @Nullable String requester, int number) {
		this.total += number;
		this.byGate.merge(gate, number, Integer::sum);
		this.byRequester.merge(requester, number, Integer::sum);
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
