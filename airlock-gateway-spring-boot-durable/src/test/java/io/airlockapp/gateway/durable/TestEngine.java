/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.durable.TestInstance.ProcessDied;
import io.airlockapp.gateway.durable.TestInstance.InterruptedTicker;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Executes the steps of an instance one by one, in the order that a test chooses. It does
 * what {@code StepTask} does with the result of each step.
 */
final class TestEngine {

	private final TestInstance instance;

	private final AskStep ask;

	private final RunStep run;

	private final List<Execution> executions = new ArrayList<>();

	private @Nullable Row running;

	private boolean crashing;

	/**
	 * Create an engine.
	 * @param instance the instance
	 * @param attempts the maximum number of starts of a method that fails
	 * @param calls the method
	 */
	TestEngine(TestInstance instance, int attempts, ApprovedCalls calls) {
		this.instance = instance;
		this.ask = instance.ask();
		this.run = instance.run(attempts, calls, new InterruptedTicker());
	}

	/**
	 * Execute a step that is due.
	 */
	void step(int value) {
		Execution execution = beginDue(value);
		if (execution != null) {
			complete(execution, this.crashing && value % 3 == 0);
		}
	}

	/**
	 * Execute a step that is due, without storing its outcome.
	 */
	void begin(int value) {
		Execution execution = beginDue(value);
		if (execution != null) {
			this.executions.add(execution);
		}
	}

	/**
	 * Store the outcome of an execution.
	 */
	void complete(int value) {
		if (!this.executions.isEmpty()) {
			complete(this.executions.remove(value % this.executions.size()), value % 5 == 0);
		}
	}

	/**
	 * Find an execution dead, although its process may go on.
	 */
	void dead(int value) {
		List<Row> picked = rows("PICKED", null);
		if (!picked.isEmpty()) {
			dead(picked.get(value % picked.size()));
		}
	}

	/**
	 * Let a transaction fail, and possibly the process of an execution stop.
	 */
	void crash(int value) {
		this.crashing = true;
		this.instance.transactions.fail(value % 3, 1, value % 2 == 0);
	}

	/**
	 * Delete a step whose process does not run it any more, and look for it.
	 */
	void vanish(int value) {
		List<Row> rows = rows("TRUE", null);
		if (rows.isEmpty()) {
			return;
		}
		Row row = rows.get(value % rows.size());
		this.executions.removeIf((execution) -> execution.row().id().equals(row.id()));
		remove(row);
		try {
			this.instance.missingSteps().schedule();
		}
		catch (ProcessDied ex) {
			this.crashing = false;
			this.instance.missingSteps().schedule();
		}
	}

	/**
	 * Let another process find the execution in progress dead, and possibly run the call
	 * before this one goes on.
	 */
	void replace(boolean run) {
		Row paused = Objects.requireNonNull(this.running);
		CompletableFuture.runAsync(() -> {
			dead(paused);
			if (run) {
				due().stream()
					.filter((row) -> row.step() == Step.RUN && row.id().equals(paused.id()))
					.forEach((row) -> complete(execute(row), false));
			}
		}).join();
	}

	/**
	 * Let all executions end, and time pass until no step is left.
	 * @param pace the time between two rounds, for which the gateway holds each request
	 * @param afterStep called after each step
	 * @param afterRound called after all steps that are due
	 */
	void settle(Duration pace, Runnable afterStep, Runnable afterRound) {
		this.executions.forEach((execution) -> complete(execution, false));
		this.executions.clear();
		rows("PICKED", null).forEach(this::dead);
		for (int i = 0; i < 3000 && !rows("TRUE", null).isEmpty(); i++) {
			for (Row row : due()) {
				if (isCurrent(row)) {
					complete(execute(row), false);
					afterStep.run();
				}
			}
			afterRound.run();
			this.instance.pass(pace);
		}
	}

	private @Nullable Execution beginDue(int value) {
		List<Row> due = due();
		return due.isEmpty() ? null : execute(due.get(value % due.size()));
	}

	private Execution execute(Row row) {
		assertThat(this.instance.jdbc.update("UPDATE " + row.table()
				+ " SET PICKED = TRUE, VERSION = VERSION + 1 WHERE TASK_NAME = ? AND TASK_INSTANCE = ? AND VERSION = ?",
				row.step().taskName(), row.id(), row.version()))
			.isEqualTo(1);
		Row picked = new Row(row.table(), row.step(), row.id(), row.version() + 1);
		this.running = picked;
		try {
			NextStep next = switch (row.step()) {
				case ASK, ASK_FIRST -> this.ask.perform(row.id());
				case ESCALATE -> this.instance.escalate().perform(row.id());
				case RUN -> this.run.perform(row.id(), picked.version());
				case NOTIFY -> {
					this.instance.notifyHandlers().perform(row.id());
					yield null;
				}
			};
			return new Execution(picked, next, null, false);
		}
		catch (StepFailedException ex) {
			return new Execution(picked, null, ex, true);
		}
		catch (ProcessDied ex) {
			return new Execution(picked, null, null, true);
		}
	}

	private void complete(Execution execution, boolean dying) {
		Row row = execution.row();
		if (!isCurrent(row) || (dying && execution.failed())) {
			this.crashing = false;
			return;
		}
		if (execution.failed()) {
			Instant next = this.instance.now.plusSeconds(10);
			if (execution.failure() != null && execution.failure().getLatest().isBefore(next)
					&& execution.failure().getLatest().isAfter(this.instance.now)) {
				next = execution.failure().getLatest();
			}
			reschedule(row, next);
			return;
		}
		follow(row, execution.next(), dying);
	}

	private void follow(Row row, @Nullable NextStep next, boolean dying) {
		if (next == null) {
			if (dying) {
				this.crashing = false;
			}
			else {
				remove(row);
			}
		}
		else if (next.step() == row.step()) {
			reschedule(row, next.time());
		}
		else {
			boolean scheduled = this.instance.scheduled(row.table(), next.step(), row.id()) == 0;
			this.instance.callers
				.executeWithoutResult((status) -> this.instance.scheduler.schedule(next.step(), row.id(), next.time()));
			if (dying) {
				this.crashing = false;
			}
			else if (scheduled || row.step() != Step.ASK_FIRST) {
				remove(row);
			}
			else {
				reschedule(row, next.time());
			}
		}
	}

	private void dead(Row row) {
		if (row.step() == Step.RUN) {
			try {
				follow(row, this.run.lost(row.id(), row.version()), false);
			}
			catch (ProcessDied ex) {
				// The execution stays picked, and is found dead again
				this.crashing = false;
			}
		}
		else {
			reschedule(row, this.instance.now);
		}
	}

	private boolean isCurrent(Row row) {
		return this.instance.jdbc.queryForObject(
				"SELECT COUNT(*) FROM " + row.table() + " WHERE TASK_NAME = ? AND TASK_INSTANCE = ? AND VERSION = ?",
				Integer.class, row.step().taskName(), row.id(), row.version()) == 1;
	}

	private void remove(Row row) {
		this.instance.jdbc.update(
				"DELETE FROM " + row.table() + " WHERE TASK_NAME = ? AND TASK_INSTANCE = ? AND VERSION = ?",
				row.step().taskName(), row.id(), row.version());
	}

	private void reschedule(Row row, Instant time) {
		this.instance.jdbc.update("UPDATE " + row.table()
				+ " SET PICKED = FALSE, VERSION = VERSION + 1, EXECUTION_TIME = ? WHERE TASK_NAME = ? AND TASK_INSTANCE = ? AND VERSION = ?",
				time.atOffset(ZoneOffset.UTC), row.step().taskName(), row.id(), row.version());
	}

	private List<Row> due() {
		return rows("EXECUTION_TIME <= ? AND NOT PICKED", this.instance.now);
	}

	private List<Row> rows(String condition, @Nullable Instant time) {
		List<Row> rows = new ArrayList<>();
		for (String table : List.of("AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN")) {
			Object[] arguments = (time != null) ? new Object[] { time.atOffset(ZoneOffset.UTC) } : new Object[0];
			rows.addAll(this.instance.jdbc.query(
					"SELECT TASK_NAME, TASK_INSTANCE, VERSION FROM %s WHERE %s ORDER BY EXECUTION_TIME, TASK_NAME, TASK_INSTANCE"
						.formatted(table, condition),
					(row, number) -> new Row(table, step(row.getString(1)), row.getString(2), row.getLong(3)),
					arguments));
		}
		return rows;
	}

	private static Step step(String taskName) {
		for (Step step : Step.values()) {
			if (step.taskName().equals(taskName)) {
				return step;
			}
		}
		throw new IllegalStateException(taskName);
	}

	/**
	 * Row of db-scheduler.
	 */
	private record Row(String table, Step step, String id, long version) {
	}

	/**
	 * Execution whose outcome is not stored yet.
	 */
	private record Execution(Row row, @Nullable NextStep next, @Nullable StepFailedException failure, boolean failed) {
	}

}
