/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;

/**
 * Time that passes at once when all threads sleep. One of its threads runs at a time, the
 * one that wakes up first, so the same happens in each run.
 */
final class VirtualTime implements Ticker {

	private static final Instant START = Instant.parse("2026-11-26T08:00:00Z");

	private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>(
			Comparator.comparingLong(Sleeper::wakesAt).thenComparingLong(Sleeper::number));

	private final Semaphore end = new Semaphore(0);

	private final Duration look;

	private volatile long now;

	private long number;

	VirtualTime() {
		this(Duration.ofMillis(100));
	}

	/**
	 * Create an instance.
	 * @param look the time after which who waits for a condition looks for itself, since
	 * signals are not seen here
	 */
	VirtualTime(Duration look) {
		this.look = look;
	}

	/**
	 * Start a thread, to be called by one of the threads or before they {@link #run()}.
	 */
	void start(Runnable task) {
		Sleeper sleeper = add(Duration.ZERO);
		Thread thread = new Thread(() -> {
			sleeper.turn().acquireUninterruptibly();
			try {
				task.run();
			}
			finally {
				wakeNext();
			}
		}, "virtual-time");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Start a thread that begins after some time.
	 */
	void startAfter(Duration delay, Runnable task) {
		start(() -> {
			try {
				sleep(delay);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			task.run();
		});
	}

	/**
	 * Pause, as a request that is aborted when its thread is interrupted.
	 */
	void pause(Duration duration) throws InterruptedIOException {
		try {
			sleep(duration);
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new InterruptedIOException("Interrupted");
		}
	}

	/**
	 * Run all threads to their end.
	 */
	void run() {
		wakeNext();
		this.end.acquireUninterruptibly();
	}

	private Sleeper add(Duration duration) {
		Sleeper sleeper = new Sleeper(this.now + duration.toNanos(), this.number++, new Semaphore(0));
		this.sleepers.add(sleeper);
		return sleeper;
	}

	private void wakeNext() {
		Sleeper next = this.sleepers.poll();
		if (next == null) {
			this.end.release();
			return;
		}
		this.now = Math.max(this.now, next.wakesAt());
		next.turn().release();
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public void sleep(Duration duration) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		Sleeper sleeper = add(duration);
		WaitScope.await(() -> wake(sleeper), () -> {
			wakeNext();
			sleeper.turn().acquireUninterruptibly();
			return null;
		});
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
	}

	/**
	 * Let a thread go on after this one, if it sleeps.
	 */
	private void wake(Sleeper sleeper) {
		if (this.sleepers.remove(sleeper)) {
			this.sleepers.add(new Sleeper(this.now, sleeper.number(), sleeper.turn()));
		}
	}

	@Override
	public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
		lock.unlock();
		try {
			sleep(Duration.ofNanos(Math.min(nanos, this.look.toNanos())));
		}
		finally {
			lock.lock();
		}
	}

	/**
	 * Return the time of day, which passes with elapsed time.
	 */
	InstantSource clock() {
		return () -> START.plusNanos(this.now);
	}

	private record Sleeper(long wakesAt, long number, Semaphore turn) {
	}

}
