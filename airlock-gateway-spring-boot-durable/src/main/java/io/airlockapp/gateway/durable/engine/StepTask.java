/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

import com.github.kagkarlsson.scheduler.task.AbstractTask;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.DeadExecutionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.GrowingPause;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Task of db-scheduler that performs one kind of step. Its id is that of the call, and it
 * has no data, since the row of the call is authoritative.
 */
final class StepTask extends AbstractTask<Void> {

	private static final Log logger = LogFactory.getLog(StepTask.class);

	/**
	 * The longest pause after a failure of which the step does not know how long it may
	 * last, such as one of the database, while a call has a time to start.
	 */
	private static final Duration LONGEST_UNLIMITED = Duration.ofSeconds(30);

	/**
	 * The version that no execution has, so that each one in progress is another one.
	 */
	private static final long NO_EXECUTION = 0;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final Step step;

	private final BiFunction<String, Long, @Nullable NextStep> handler;

	private final BiFunction<String, Long, @Nullable NextStep> deadHandler;

	private final BiPredicate<NextStep, String> scheduler;

	private final GrowingPause pause;

	private final Duration longestUnlimited;

	private final BooleanSupplier stopping;

	private final InstantSource clock;

	private final RandomGenerator random;

	private volatile @Nullable String problem;

	/**
	 * Create a task.
	 * @param step the kind of step
	 * @param handler the handler that performs the step of a call in an execution with a
	 * version, and returns the next one
	 * @param deadHandler the handler that is called if the process that performed the
	 * step stopped
	 * @param scheduler schedules a step of another kind in a transaction of its own, and
	 * returns {@code false} if it is scheduled already
	 * @param pause the pause after failures
	 * @param stopping whether the application stops
	 * @param clock the time of day
	 * @param random the source of jitter
	 */
	StepTask(Step step, BiFunction<String, Long, @Nullable NextStep> handler,
			BiFunction<String, Long, @Nullable NextStep> deadHandler, BiPredicate<NextStep, String> scheduler,
			GrowingPause pause, BooleanSupplier stopping, InstantSource clock, RandomGenerator random) {
		super(step.taskName(), Void.class, null, null, DbStepScheduler.priority(step));
		this.step = step;
		this.handler = handler;
		this.deadHandler = deadHandler;
		this.scheduler = scheduler;
		this.pause = pause;
		this.longestUnlimited = (step == Step.NOTIFY) ? pause.longest() : LONGEST_UNLIMITED;
		this.stopping = stopping;
		this.clock = clock;
		this.random = random;
	}

	@Override
	public CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
		String id = instance.getId();
		try {
			NextStep next = this.handler.apply(id, context.getExecution().version);
			this.warnings.reset();
			this.problem = null;
			return (complete, operations) -> follow(next, id, complete, operations);
		}
		finally {
			// A pool may refuse connections to an interrupted thread, and the execution
			// would stay picked
			Thread.interrupted();
		}
	}

	private void follow(@Nullable NextStep next, String id, ExecutionComplete complete,
			ExecutionOperations<Void> operations) {
		if (next == null) {
			operations.remove();
		}
		else if (next.step() == this.step) {
			operations.reschedule(complete, next.time());
		}
		else {
			// If the process stops between these two, both are executed, which is
			// harmless
			if (this.scheduler.test(next, id) || this.step != Step.ASK_FIRST) {
				operations.remove();
			}
			else {
				// The other one may be about to be removed in favor of this one
				operations.reschedule(complete, next.time());
			}
		}
	}

	@Override
	public SchedulableInstance<Void> schedulableInstance(String id) {
		return SchedulableInstance.of(instance(id), this.clock.instant());
	}

	@Override
	public SchedulableInstance<Void> schedulableInstance(String id, Void data) {
		return schedulableInstance(id);
	}

	@Override
	public FailureHandler<Void> getFailureHandler() {
		return this::failed;
	}

	private void failed(ExecutionComplete complete, ExecutionOperations<Void> operations) {
		Throwable cause = complete.getCause().orElse(null);
		String id = complete.getExecution().taskInstance.getId();
		Instant now = this.clock.instant();
		if (this.stopping.getAsBoolean()) {
			// Due for another instance
			operations.reschedule(complete, now);
			return;
		}
		String reason = (cause instanceof StepFailedException) ? String.valueOf(cause.getMessage())
				: (cause != null) ? AirlockGatewayException.safeMessage(cause) : "unknown";
		this.problem = reason;
		this.warnings.warn("The step %s of approval %s failed, and is repeated: %s".formatted(getName(), id, reason));
		Duration pause = this.pause.after(complete.getExecution().consecutiveFailures);
		if (!(cause instanceof StepFailedException) && pause.compareTo(this.longestUnlimited) > 0) {
			pause = this.longestUnlimited;
		}
		Instant next = now.plus(pause);
		if (cause instanceof StepFailedException failure && failure.getLatest().isBefore(next)) {
			next = failure.getLatest().isAfter(now) ? failure.getLatest() : next;
		}
		// Another instance may succeed, and could be the second each time after the same
		// pause
		double millis = Duration.between(now, next).toMillis() * (1 - this.random.nextDouble() / 2);
		operations.reschedule(complete, now.plusMillis((long) millis));
	}

	/**
	 * Return the reason for which the last execution in this process failed.
	 * @return the reason, or {@code null} if it succeeded
	 */
	@Nullable String getProblem() {
		return this.problem;
	}

	@Override
	public DeadExecutionHandler<Void> getDeadExecutionHandler() {
		return (complete, operations) -> {
			String id = complete.getExecution().taskInstance.getId();
			NextStep next = this.deadHandler.apply(id, complete.getExecution().version);
			follow(next, id, complete, operations);
			// A process that is alive after all has scheduled nothing if it released the
			// call before this step was removed
			NextStep missed = (next == null) ? this.deadHandler.apply(id, NO_EXECUTION) : null;
			if (missed != null) {
				this.scheduler.test(missed, id);
			}
		};
	}

}
