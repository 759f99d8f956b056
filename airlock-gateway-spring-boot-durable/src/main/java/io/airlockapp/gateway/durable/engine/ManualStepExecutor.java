/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.testhelper.ManualScheduler;
import com.github.kagkarlsson.scheduler.testhelper.SettableClock;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper.ManualSchedulerBuilder;
import io.airlockapp.gateway.durable.DurableCallStore;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * Executes the steps of calls in the thread of its caller, for tests of applications
 * without a {@link DurableEngine}.
 */
public final class ManualStepExecutor {

	/**
	 * The time by which steps are executed early.
	 */
	private static final Duration AHEAD = Duration.ofDays(3650);

	/**
	 * The maximum number of calls, all of which are part of each round.
	 */
	private static final int MAX_CALLS = 10_000;

	private final SettableClock time = new SettableClock();

	private final DurableCallStore store;

	private final InstantSource clock;

	private final List<ManualScheduler> schedulers;

	/**
	 * Create an executor.
	 * @param dataSource the database
	 * @param store the store of calls
	 * @param tasks the tasks that perform the steps
	 * @param clock the time of day
	 */
	public ManualStepExecutor(DataSource dataSource, DurableCallStore store, StepTasks tasks, InstantSource clock) {
		this.store = store;
		this.clock = clock;
		JdbcCustomization statements = EngineStatements.of(dataSource);
		this.schedulers = List.of(scheduler(dataSource, tasks.ask(), EngineTable.ASK, statements),
				scheduler(dataSource, tasks.run(), EngineTable.RUN, statements));
	}

	private ManualScheduler scheduler(DataSource dataSource, List<StepTask> tasks, EngineTable table,
			JdbcCustomization statements) {
		ManualSchedulerBuilder builder = new ManualSchedulerBuilder(dataSource, List.copyOf(tasks)).clock(this.time);
		return (ManualScheduler) table.configure(builder, statements).threads(MAX_CALLS).build();
	}

	/**
	 * Execute the steps of all calls, whether or not they are due, until no call changes
	 * any more. Afterwards, approved calls have run, handlers of ended calls were called,
	 * and the approval of the other calls is requested. A step that fails is logged, and
	 * repeated by the next invocation.
	 * @throws IllegalStateException if a transaction is active in this thread, which has
	 * not committed what it recorded
	 */
	public synchronized void execute() {
		Assert.state(!TransactionSynchronizationManager.isActualTransactionActive(),
				"Recorded calls have no steps before their transaction is committed: end the transaction of the test "
						+ "first, or let the test run without one");
		Set<Object> before;
		do {
			before = snapshot();
			this.time.set(this.clock.instant().plus(AHEAD));
			this.schedulers.forEach(ManualScheduler::runAnyDueExecutions);
		}
		while (!snapshot().equals(before));
	}

	private Set<Object> snapshot() {
		Set<Object> snapshot = new HashSet<>(this.store.findOpen(MAX_CALLS));
		this.schedulers.stream()
			.flatMap((scheduler) -> scheduler.getScheduledExecutions().stream())
			.map((execution) -> List.of(execution.getTaskInstance().getTaskName(), execution.getTaskInstance().getId()))
			.forEach(snapshot::add);
		return snapshot;
	}

}
