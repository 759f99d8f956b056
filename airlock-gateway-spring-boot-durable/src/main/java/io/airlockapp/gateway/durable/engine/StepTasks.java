/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.durable.AskStep;
import io.airlockapp.gateway.durable.EscalateStep;
import io.airlockapp.gateway.durable.RunStep;
import io.airlockapp.gateway.durable.NotifyStep;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.GrowingPause;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Holds the tasks that perform the steps of calls, by the table of their executions.
 */
public final class StepTasks {

	private static final GrowingPause ASK_PAUSE = new GrowingPause(Duration.ofSeconds(10), 1.5, Duration.ofMinutes(5));

	private static final GrowingPause NOTIFY_PAUSE = new GrowingPause(Duration.ofSeconds(10), Duration.ofHours(1));

	private final BiPredicate<NextStep, String> scheduler;

	private final InstantSource clock;

	private final RandomGenerator random;

	private final List<StepTask> ask;

	private final List<StepTask> run;

	private final RunStep runStep;

	private volatile boolean stopping;

	/**
	 * Create the tasks.
	 * @param stepScheduler the scheduler of steps
	 * @param transactions the transactions of workers
	 * @param ask the step that asks for decisions
	 * @param escalate the step that asks more approvers of a group
	 * @param run the step that runs approved calls
	 * @param notify the step that calls handlers
	 * @param clock the time of day
	 * @param random the source of jitter
	 */
	public StepTasks(DbStepScheduler stepScheduler, TransactionOperations transactions, AskStep ask,
			EscalateStep escalate, RunStep run, NotifyStep notify, InstantSource clock, RandomGenerator random) {
		this.scheduler = (next, id) -> Boolean.TRUE
			.equals(transactions.execute((status) -> stepScheduler.scheduleIfAbsent(next.step(), id, next.time())));
		this.clock = clock;
		this.random = random;
		this.runStep = run;
		this.ask = List.of(askTask(Step.ASK_FIRST, ask::perform), askTask(Step.ASK, ask::perform),
				askTask(Step.ESCALATE, escalate::perform));
		this.run = List.of(create(Step.RUN, run::perform, run::lost, ASK_PAUSE), create(Step.NOTIFY,
				(id, execution) -> notify.perform(id), (id, execution) -> now(Step.NOTIFY), NOTIFY_PAUSE));
	}

	private StepTask askTask(Step step, Function<String, @Nullable NextStep> handler) {
		return create(step, (id, execution) -> handler.apply(id), (id, execution) -> now(step), ASK_PAUSE);
	}

	private StepTask create(Step step, BiFunction<String, Long, @Nullable NextStep> handler,
			BiFunction<String, Long, @Nullable NextStep> deadHandler, GrowingPause pause) {
		return new StepTask(step, handler, deadHandler, this.scheduler, pause, () -> this.stopping, this.clock,
				this.random);
	}

	private NextStep now(Step step) {
		return new NextStep(step, this.clock.instant());
	}

	/**
	 * Return the reason for which the last request of this instance for a decision
	 * failed.
	 * @return the reason, or {@code null} if it succeeded
	 */
	public @Nullable String getAskProblem() {
		return this.ask.stream().map(StepTask::getProblem).filter(Objects::nonNull).findFirst().orElse(null);
	}

	List<StepTask> ask() {
		return this.ask;
	}

	List<StepTask> run() {
		return this.run;
	}

	/**
	 * Set whether the application stops, so that a failed step is due for another
	 * instance at once.
	 */
	void setStopping(boolean stopping) {
		this.stopping = stopping;
	}

	/**
	 * Set whether the application has stopped, so that methods which ignore their
	 * interrupt do not keep their threads.
	 */
	void setStopped(boolean stopped) {
		this.runStep.setStopped(stopped);
	}

}
