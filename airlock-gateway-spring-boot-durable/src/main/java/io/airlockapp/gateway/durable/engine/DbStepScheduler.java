/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.airlockapp.gateway.durable.step.StepScheduler;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * {@link StepScheduler} that inserts rows of db-scheduler in the transaction of the
 * current thread.
 */
public final class DbStepScheduler implements StepScheduler {

	private static final int PRIORITY_FIRST = 20;

	private static final int PRIORITY = 10;

	private final Map<EngineTable, SchedulerClient> clients = new EnumMap<>(EngineTable.class);

	private final Map<EngineTable, Runnable> triggers = new ConcurrentHashMap<>();

	private final InstantSource clock;

	/**
	 * Create a scheduler of steps.
	 * @param dataSource the database
	 * @param clock the time of day
	 */
	public DbStepScheduler(DataSource dataSource, InstantSource clock) {
		// Without this proxy, the engine would insert in a transaction of its own
		DataSource ofThread = new TransactionAwareDataSourceProxy(dataSource);
		JdbcCustomization statements = EngineStatements.of(dataSource);
		for (EngineTable table : EngineTable.values()) {
			this.clients.put(table,
					SchedulerClient.Builder.create(ofThread, List.of())
						.tableName(table.tableName())
						.serializer(new NoDataSerializer())
						.enablePriority()
						.jdbcCustomization(statements)
						.build());
		}
		this.clock = clock;
	}

	@Override
	public void schedule(Step step, String id, Instant time) {
		scheduleIfAbsent(step, id, time);
	}

	@Override
	public void scheduleFirst(Step step, String id, Instant time) {
		// The engine looks for existing steps only if it schedules a single one
		// Existing requests come first, since a decision on them would be lost
		client(step).scheduleBatch(List.of(instance(step, id, PRIORITY)), time);
		triggerAfterCommit(step, time);
	}

	/**
	 * Schedule a step.
	 * @return {@code false} if it is scheduled already
	 */
	boolean scheduleIfAbsent(Step step, String id, Instant time) {
		boolean scheduled = client(step).scheduleIfNotExists(instance(step, id, priority(step)), time);
		triggerAfterCommit(step, time);
		return scheduled;
	}

	private SchedulerClient client(Step step) {
		Assert.state(TransactionSynchronizationManager.isActualTransactionActive(),
				"A step is scheduled in a transaction only, since it would be lost otherwise");
		SchedulerClient client = this.clients.get(EngineTable.of(step));
		Assert.state(client != null, "No client");
		return client;
	}

	private static TaskInstance<Void> instance(Step step, String id, int priority) {
		return new TaskInstance<>(step.taskName(), id, () -> null, priority);
	}

	private void triggerAfterCommit(Step step, Instant time) {
		if (!time.isAfter(this.clock.instant()) && TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					DbStepScheduler.this.triggers.getOrDefault(EngineTable.of(step), () -> {
					}).run();
				}

			});
		}
	}

	static int priority(Step step) {
		return (step == Step.ASK || step == Step.TELL) ? PRIORITY : PRIORITY_FIRST;
	}

	/**
	 * Set the callback for steps that are due after a commit.
	 */
	void onDue(EngineTable table, Runnable trigger) {
		this.triggers.put(table, trigger);
	}

}
