/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Queue of what other threads report to the one that waits for a call. Once it is closed,
 * it accepts nothing more, so that each report is either processed or known to be late.
 */
final class Arrivals {

	private final Lock lock = new ReentrantLock();

	private final Condition arrival = this.lock.newCondition();

	private final Queue<Runnable> reports = new ArrayDeque<>();

	private final Ticker ticker;

	private boolean closed;

	Arrivals(Ticker ticker) {
		this.ticker = ticker;
	}

	/**
	 * Add a report.
	 * @param report the report, to be run by the thread that waits
	 * @return {@code false} if it is late
	 */
	boolean add(Runnable report) {
		return locked(() -> {
			this.arrival.signalAll();
			return !this.closed && this.reports.add(report);
		});
	}

	/**
	 * Wait until there is a report.
	 * @param left supplies the remaining time to wait
	 * @throws InterruptedException if the thread is interrupted
	 */
	void await(Supplier<Duration> left) throws InterruptedException {
		this.lock.lock();
		try {
			for (Duration next = left.get(); this.reports.isEmpty() && !next.isZero(); next = left.get()) {
				this.ticker.await(this.lock, this.arrival, next.toNanos());
				if (WaitScope.interrupted()) {
					throw new InterruptedException();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Process a single report, since the first final outcome ends the call.
	 * @return whether there was one
	 */
	boolean processNext() {
		Runnable next = this.<@Nullable Runnable>locked(this.reports::poll);
		if (next != null) {
			next.run();
		}
		return next != null;
	}

	/**
	 * Close this queue unless there is a report.
	 * @return whether it is closed
	 */
	boolean closeIfEmpty() {
		return locked(() -> {
			this.closed = this.reports.isEmpty();
			return this.closed;
		});
	}

	void close() {
		locked(() -> this.closed = true);
	}

	private <T extends @Nullable Object> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

}
