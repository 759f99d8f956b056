/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Threads of the simulator: daemons, one per call, virtual if the platform supports them.
 */
public final class SimulatorThreads implements AutoCloseable {

	private static final int VIRTUAL_THREADS_SINCE = 21;

	private static final long CLOSE_MILLIS = 5000;

	private static final long TICK_MILLIS = 100;

	private final SimpleAsyncTaskExecutor calls = new SimpleAsyncTaskExecutor("airlock-simulator-");

	private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "airlock-simulator-tick");
		thread.setDaemon(true);
		return thread;
	});

	public SimulatorThreads() {
		this.calls.setDaemon(true);
		this.calls.setVirtualThreads(Runtime.version().feature() >= VIRTUAL_THREADS_SINCE);
		this.calls.setCancelRemainingTasksOnClose(true);
		this.calls.setTaskTerminationTimeout(CLOSE_MILLIS);
	}

	public Executor calls() {
		return this.calls;
	}

	/**
	 * Run a task periodically.
	 */
	public void tick(Runnable task) {
		this.ticks.scheduleWithFixedDelay(task, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	/**
	 * Interrupt the running tasks, and wait for their end.
	 */
	@Override
	public void close() {
		this.ticks.shutdownNow();
		this.calls.close();
	}

}
