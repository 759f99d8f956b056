/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;

import io.airlockapp.gateway.support.Ticker;

/**
 * {@link Ticker} whose time advances when all threads sleep. Only the thread that wakes
 * up first runs, so that each simulation has the same result.
 */
final class VirtualTime implements Ticker {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final PriorityQueue<Sleeper> sleepers = new PriorityQueue<>(
			Comparator.comparingLong(Sleeper::wakesAt).thenComparingLong(Sleeper::number));

	private final Semaphore end = new Semaphore(0);

	private volatile Throwable failure;

	private volatile long now;

	private long number;

	/**
	 * Add a thread before the simulation runs.
	 */
	void add(Runnable task) {
		Sleeper sleeper = add(Duration.ZERO);
		Thread thread = new Thread(() -> {
			sleeper.turn().acquireUninterruptibly();
			try {
				task.run();
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
			wakeNext();
		}, "simulation");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Run all threads to their end.
	 */
	void run() {
		wakeNext();
		this.end.acquireUninterruptibly();
		if (this.failure != null) {
			throw new IllegalStateException("The simulation failed", this.failure);
		}
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	@Override
	public void sleep(Duration duration) {
		Sleeper sleeper = add(duration);
		wakeNext();
		sleeper.turn().acquireUninterruptibly();
	}

	/**
	 * Return the time of day.
	 */
	InstantSource clock() {
		return () -> START.plusNanos(this.now);
	}

	/**
	 * Return the time since the start of the simulation.
	 */
	Duration elapsed() {
		return Duration.ofNanos(this.now);
	}

	private Sleeper add(Duration duration) {
		Sleeper sleeper = new Sleeper(this.now + duration.toNanos(), this.number++, new Semaphore(0));
		this.sleepers.add(sleeper);
		return sleeper;
	}

	private void wakeNext() {
		Sleeper next = this.sleepers.poll();
		if (next == null || this.failure != null) {
			this.end.release();
			return;
		}
		this.now = next.wakesAt();
		next.turn().release();
	}

	/**
	 * Holds a sleeping thread.
	 *
	 * @param wakesAt the time at which it wakes up, in nanoseconds
	 * @param number the order of threads that wake up at the same time
	 * @param turn the permit to run
	 */
	private record Sleeper(long wakesAt, long number, Semaphore turn) {

	}

}
