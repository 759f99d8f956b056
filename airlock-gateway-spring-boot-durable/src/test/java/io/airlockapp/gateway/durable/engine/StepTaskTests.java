/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.GrowingPause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/**
 * Tests for {@link StepTask} with an execution of db-scheduler.
 */
class StepTaskTests {

	private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

	private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(10), 1.5, Duration.ofMinutes(5));

	private final ExecutionOperations<Void> operations = mock();

	private final ExecutionComplete complete = mock();

	private final List<NextStep> scheduled = new ArrayList<>();

	private boolean isScheduled;

	private boolean stopping;

	private long random;

	/**
	 * Approved calls that wait for a slow method are always due.
	 */
	@Test
	void handlersAreCalledInTurnsWithApprovedCalls() {
		assertThat(DbStepScheduler.priority(Step.NOTIFY)).isEqualTo(DbStepScheduler.priority(Step.RUN))
			.isGreaterThan(DbStepScheduler.priority(Step.ASK));
	}

	@Test
	void executionOfTheLastStepIsRemoved() {
		perform(Step.ASK, null);
		verify(this.operations).remove();
		verifyNoMoreInteractions(this.operations);
		assertThat(this.scheduled).isEmpty();
	}

	@Test
	void sameKindOfStepIsRescheduled() {
		perform(Step.ASK, new NextStep(Step.ASK, NOW.plusSeconds(7)));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(7));
		verifyNoMoreInteractions(this.operations);
		assertThat(this.scheduled).isEmpty();
	}

	@Test
	void otherKindOfStepIsScheduledBeforeTheExecutionIsRemoved() {
		for (Step step : List.of(Step.ASK, Step.ASK_FIRST)) {
			NextStep next = new NextStep((step == Step.ASK) ? Step.ASK_FIRST : Step.ASK, NOW.plusSeconds(7));
			perform(step, next);
			assertThat(this.scheduled).last().isEqualTo(next);
		}
		verify(this.operations, times(2)).remove();
		verifyNoMoreInteractions(this.operations);
	}

	@Test
	void firstOfTwoKindsThatAreBothScheduledStays() {
		this.isScheduled = true;
		perform(Step.ASK, new NextStep(Step.ASK_FIRST, NOW.plusSeconds(7)));
		verify(this.operations).remove();
		perform(Step.ASK_FIRST, new NextStep(Step.ASK, NOW.plusSeconds(7)));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(7));
		verifyNoMoreInteractions(this.operations);
	}

	@Test
	void deadExecutionIsFollowedByTheStepOfItsHandler() {
		task(Step.RUN, (id) -> null, (id) -> new NextStep(Step.RUN, NOW.plusSeconds(10))).getDeadExecutionHandler()
			.deadExecution(executed(0), this.operations);
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(10));
		task(Step.RUN, (id) -> null, (id) -> null).getDeadExecutionHandler()
			.deadExecution(executed(0), this.operations);
		verify(this.operations).remove();
	}

	/**
	 * As if the process was alive, and had released the call meanwhile.
	 */
	@Test
	void stepThatIsNeededAfterADeadExecutionWasRemovedIsScheduled() {
		List<Long> executions = new ArrayList<>();
		NextStep missed = new NextStep(Step.RUN, NOW.plusSeconds(10));
		new StepTask(Step.RUN, (id, execution) -> null, (id, execution) -> {
			executions.add(execution);
			verify(this.operations, times(executions.size() - 1)).remove();
			return (executions.size() == 1) ? null : missed;
		}, (next, id) -> this.scheduled.add(next), PAUSE, () -> false, InstantSource.fixed(NOW), () -> 0)
			.getDeadExecutionHandler()
			.deadExecution(executed(0), this.operations);
		assertThat(this.scheduled).containsExactly(missed);
		assertThat(executions).containsExactly(1L, 0L);
	}

	@Test
	void failedExecutionIsRepeatedAtGrowingPauses() {
		fail(0, new IllegalStateException("first"));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(10));
		fail(1, new IllegalStateException("second"));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(15));
		fail(1000, failure(Instant.MAX));
		verify(this.operations).reschedule(this.complete, NOW.plus(Duration.ofMinutes(5)));
	}

	@Test
	void executionThatFailsWithoutALatestTimeIsRepeatedSoon() {
		fail(1000, new IllegalStateException("The pool is exhausted"));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(30));
	}

	@Test
	void failedExecutionIsRepeatedAtItsLatestTime() {
		fail(0, failure(NOW.plusSeconds(3)));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(3));
		fail(0, failure(NOW.plusSeconds(60)));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(10));
	}

	/**
	 * Instances look for due steps at one interval, of which equal pauses can be
	 * multiples.
	 */
	@Test
	void anotherInstanceCanBeTheFirstAfterAFailure() {
		this.random = -1;
		fail(1000, new IllegalStateException("The gateway is reached from the other instance only"));
		fail(1000, failure(NOW.plusSeconds(30)));
		verify(this.operations, times(2)).reschedule(this.complete, NOW.plusSeconds(15));
	}

	@Test
	void latestTimeThatIsOverDoesNotRepeatAnExecutionAtOnce() {
		fail(0, failure(NOW));
		verify(this.operations).reschedule(this.complete, NOW.plusSeconds(10));
	}

	@Test
	void failureWhileTheApplicationStopsIsDueForAnotherInstance() {
		this.stopping = true;
		StepTask task = fail(5, new IllegalStateException("stopped"));
		verify(this.operations).reschedule(this.complete, NOW);
		assertThat(task.getProblem()).isNull();
	}

	@Test
	void problemIsThatOfTheLastExecution() {
		List<RuntimeException> failures = new ArrayList<>();
		StepTask task = task(Step.ASK, (id) -> {
			if (!failures.isEmpty()) {
				throw failures.get(0);
			}
			return null;
		}, (id) -> null);
		failures.add(new IllegalStateException("secret"));
		assertThatIllegalStateException().isThrownBy(() -> execute(task));
		given(this.complete.getCause()).willReturn(Optional.of(failures.get(0)));
		task.getFailureHandler().onFailure(executed(0), this.operations);
		assertThat(task.getProblem()).isNotNull().doesNotContain("secret");
		failures.clear();
		execute(task);
		assertThat(task.getProblem()).isNull();
	}

	@Test
	void interruptIsClearedForTheCompletion() {
		StepTask task = task(Step.ASK, (id) -> {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted");
		}, (id) -> null);
		assertThatIllegalStateException().isThrownBy(() -> execute(task));
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void scheduledInstanceIsDueNow() {
		StepTask task = task(Step.ASK, (id) -> null, (id) -> null);
		assertThat(task.schedulableInstance("req-1").getNextExecutionTime(NOW.plusSeconds(1))).isEqualTo(NOW);
		assertThat(task.schedulableInstance("req-1").getTaskInstance().getId()).isEqualTo("req-1");
	}

	private static StepFailedException failure(Instant latest) {
		StepFailedException failure = mock();
		given(failure.getLatest()).willReturn(latest);
		return failure;
	}

	private void perform(Step step, @Nullable NextStep next) {
		execute(task(step, (id) -> {
			assertThat(id).isEqualTo("req-1");
			return next;
		}, (id) -> null)).complete(this.complete, this.operations);
	}

	private CompletionHandler<Void> execute(StepTask task) {
		return task.execute(new TaskInstance<>(task.getName(), "req-1"), context());
	}

	private ExecutionContext context() {
		ExecutionContext context = mock();
		Execution execution = executed(0).getExecution();
		given(context.getExecution()).willReturn(execution);
		return context;
	}

	private StepTask fail(int failuresBefore, RuntimeException cause) {
		StepTask task = task(Step.ASK, (id) -> null, (id) -> null);
		given(this.complete.getCause()).willReturn(Optional.of(cause));
		task.getFailureHandler().onFailure(executed(failuresBefore), this.operations);
		return task;
	}

	private ExecutionComplete executed(int failuresBefore) {
		Execution execution = new Execution(NOW, new TaskInstance<>("airlock-ask", "req-1"), true, "one", null, null,
				failuresBefore, NOW, 1);
		given(this.complete.getExecution()).willReturn(execution);
		return this.complete;
	}

	private StepTask task(Step step, Function<String, @Nullable NextStep> handler,
			Function<String, @Nullable NextStep> deadHandler) {
		return new StepTask(step, (id, execution) -> handler.apply(id), (id, execution) -> deadHandler.apply(id),
				(next, id) -> {
					assertThat(id).isEqualTo("req-1");
					this.scheduled.add(next);
					return !this.isScheduled;
				}, PAUSE, () -> this.stopping, InstantSource.fixed(NOW), () -> this.random);
	}

}
