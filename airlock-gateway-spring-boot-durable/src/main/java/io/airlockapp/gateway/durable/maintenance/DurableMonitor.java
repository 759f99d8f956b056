/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import org.jspecify.annotations.Nullable;

/**
 * Monitors durable approvals for operators. The numbers are read at most once in 15
 * seconds, however often they are requested, and by one thread at a time. While it waits
 * for the database, others get the numbers that were read last.
 */
public final class DurableMonitor {

	private static final Duration MAX_AGE = Duration.ofSeconds(15);

	private final Supplier<DurableStatistics> source;

	private final InstantSource clock;

	private final AtomicLong unverified = new AtomicLong();

	private final AtomicLong budgetTurns = new AtomicLong();

	private final AtomicLong budgetWaitMillis = new AtomicLong();

	private final ReentrantLock reading = new ReentrantLock();

	private volatile Reading last = new Reading(null, null, "The numbers are read for the first time");

	/**
	 * Create a monitor.
	 * @param source the source of the numbers
	 * @param clock the time of day
	 */
	public DurableMonitor(Supplier<DurableStatistics> source, InstantSource clock) {
		this.source = source;
		this.clock = clock;
	}

	/**
	 * Return the numbers that were read last, which are at most 15 seconds old unless the
	 * database does not respond.
	 * @return the numbers, or {@code null} if they cannot be read
	 */
	public @Nullable DurableStatistics getStatistics() {
		return read().statistics();
	}

	/**
	 * Return by how much the earliest step that is due and that no instance executes is
	 * late.
	 * @return the time, or {@code null} if it is not known
	 */
	public @Nullable Duration getLag() {
		DurableStatistics statistics = getStatistics();
		return (statistics != null) ? sinceOrZero(statistics.earliestDue()) : null;
	}

	private Duration sinceOrZero(@Nullable Instant time) {
		Duration since = (time != null) ? Duration.between(time, this.clock.instant()) : Duration.ZERO;
		return since.isNegative() ? Duration.ZERO : since;
	}

	/**
	 * Return the numbers that were read last, or the reason for which they cannot be
	 * read.
	 * @return the last reading
	 */
	public Reading read() {
		// A pool of connections can keep its callers for half a minute
		if (!this.last.isRecent(this.clock.instant()) && this.reading.tryLock()) {
			try {
				if (!this.last.isRecent(this.clock.instant())) {
					this.last = readNow();
				}
			}
			finally {
				this.reading.unlock();
			}
		}
		return this.last;
	}

	private Reading readNow() {
		try {
			DurableStatistics statistics = this.source.get();
			return new Reading(this.clock.instant(), statistics, null);
		}
		catch (Exception ex) {
			return new Reading(this.clock.instant(), null, AirlockGatewayException.safeMessage(ex));
		}
	}

	/**
	 * Count a decision that does not verify.
	 */
	public void countUnverified() {
		this.unverified.incrementAndGet();
	}

	/**
	 * Return the number of decisions that this instance received and that do not verify.
	 * @return the number
	 */
	public long getUnverified() {
		return this.unverified.get();
	}

	/**
	 * Return a budget whose turns are counted, with the times until them.
	 * @param budget the budget of all instances
	 * @return the counted budget
	 */
	public RequestBudget count(RequestBudget budget) {
		return new RequestBudget() {

			@Override
			public Duration takeTurn(Duration longest) {
				Duration wait = budget.takeTurn(longest);
				DurableMonitor.this.budgetTurns.incrementAndGet();
				DurableMonitor.this.budgetWaitMillis.addAndGet(wait.toMillis());
				return wait;
			}

			@Override
			public void pause(Duration pause) {
				budget.pause(pause);
			}

		};
	}

	/**
	 * Return the number of turns that this instance has requested from the budget,
	 * including those that were too late.
	 * @return the number
	 */
	public long getBudgetTurns() {
		return this.budgetTurns.get();
	}

	/**
	 * Return the sum of the times until the turns of this instance.
	 * @return the sum
	 */
	public Duration getBudgetWait() {
		return Duration.ofMillis(this.budgetWaitMillis.get());
	}

	/**
	 * Numbers that were read, or the reason for which they were not.
	 *
	 * @param time the time, or {@code null} if nothing was read so far
	 * @param statistics the numbers, or {@code null} if they cannot be read
	 * @param problem the reason, or {@code null} if they can be read
	 */
	public record Reading(@Nullable Instant time, @Nullable DurableStatistics statistics, @Nullable String problem) {

		private boolean isRecent(Instant now) {
			return this.time != null && Duration.between(this.time, now).abs().compareTo(MAX_AGE) < 0;
		}

	}

}
