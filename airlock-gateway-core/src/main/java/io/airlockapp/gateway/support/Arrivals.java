/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Queue of what other threads report to the one that waits. Once it is closed, it accepts
 * nothing more, so that each report is either processed or known to be late.
 */
public final class Arrivals {

	private final Lock lock = new ReentrantLock();

	private final Condition arrival = this.lock.newCondition();

	private final Queue<Runnable> reports = new ArrayDeque<>();

	private final Ticker ticker;

	private boolean closed;

	/**
	 * Create a queue.
	 * @param ticker the ticker for elapsed time
	 */
	public Arrivals(Ticker ticker) {
		this.ticker = ticker;
	}

	/**
	 * Add a report.
	 * @param report the report, to be run by the thread that waits
	 * @return {@code false} if it is late
	 */
	public boolean add(Runnable report) {
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
	public void await(Supplier<Duration> left) throws InterruptedException {
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
	 * Process a single report, so that its effect is known before the next one.
	 * @return whether there was one
	 */
	public boolean processNext() {
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
	public boolean closeIfEmpty() {
		return locked(() -> {
			this.closed = this.reports.isEmpty();
			return this.closed;
		});
	}

	/**
	 * Close this queue.
	 */
	public void close() {
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
