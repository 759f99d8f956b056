/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.jdbc.SupportedDatabase;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.Assert;

/**
 * {@link StepScheduler} that inserts rows of db-scheduler in the transaction of the
 * current thread. The client of db-scheduler takes each failure of an insert for that of
 * a duplicate, also a deadlock, after which MariaDB has rolled back what was before.
 */
public final class DbStepScheduler implements StepScheduler {

	private static final int PRIORITY_FIRST = 20;

	private static final int PRIORITY = 10;

	private static final String INSERT = "INSERT INTO %s (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, VERSION, "
			+ "PRIORITY) VALUES (?, ?, ?, FALSE, 1, ?)%s";

	private static final String FIND = "SELECT TASK_INSTANCE FROM %s WHERE TASK_NAME = ? AND TASK_INSTANCE = ?";

	private final JdbcTemplate jdbc;

	private final JdbcCustomization statements;

	private final String unlessDuplicate;

	private final Map<EngineTable, Runnable> triggers = new ConcurrentHashMap<>();

	private final InstantSource clock;

	/**
	 * Create a scheduler of steps.
	 * @param jdbc the template for the database, in the transaction of the current thread
	 * @param clock the time of day
	 */
	public DbStepScheduler(JdbcTemplate jdbc, InstantSource clock) {
		DataSource dataSource = Objects.requireNonNull(jdbc.getDataSource());
		this.jdbc = jdbc;
		this.statements = EngineStatements.of(dataSource);
		// A duplicate would abort the transaction
		this.unlessDuplicate = (SupportedDatabase.of(dataSource) == SupportedDatabase.POSTGRESQL)
				? " ON CONFLICT DO NOTHING" : "";
		this.clock = clock;
	}

	@Override
	public void schedule(Step step, String id, Instant time) {
		scheduleIfAbsent(step, id, time);
	}

	@Override
	public void scheduleFirst(Step step, String id, Instant time) {
		// Existing requests come first, since a decision on them would be lost
		insert(step, id, time, PRIORITY);
		triggerAfterCommit(step, time);
	}

	/**
	 * Schedule a step. A duplicate that is committed is found first, since the refused
	 * insert would keep a lock of it, which the engine waits for.
	 * @return {@code false} if it is scheduled already
	 */
	boolean scheduleIfAbsent(Step step, String id, Instant time) {
		boolean absent = this.jdbc
			.queryForList(FIND.formatted(EngineTable.of(step).tableName()), String.class, step.taskName(), id)
			.isEmpty();
		boolean scheduled = absent && insert(step, id, time, priority(step));
		triggerAfterCommit(step, time);
		return scheduled;
	}

	/**
	 * Insert a step.
	 * @return {@code false} if it is scheduled already
	 */
	private boolean insert(Step step, String id, Instant time, int priority) {
		Assert.state(TransactionSynchronizationManager.isActualTransactionActive(),
				"A step is scheduled in a transaction only, because it would be lost otherwise");
		try {
			return this.jdbc.update(INSERT.formatted(EngineTable.of(step).tableName(), this.unlessDuplicate),
					(statement) -> {
						statement.setString(1, step.taskName());
						statement.setString(2, id);
						this.statements.setInstant(statement, 3, time);
						statement.setInt(4, priority);
					}) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
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
		return (step == Step.ASK) ? PRIORITY : PRIORITY_FIRST;
	}

	/**
	 * Set the callback for steps that are due after a commit.
	 */
	void onDue(EngineTable table, Runnable trigger) {
		this.triggers.put(table, trigger);
	}

}
