/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.durable.TestInstance.InterruptedTicker;
import io.airlockapp.gateway.durable.TestInstance.ProcessDied;
import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.TestInstance.HiddenContext;
import io.airlockapp.gateway.durable.TestInstance.TestContext;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.Latches;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RunStep} with approved calls that fail at different points.
 */
class RunStepTests extends StepTests {

	private final List<String> order = new ArrayList<>();

	@Test
	void outcomeThatCannotBeStoredIsNotReplaced() {
		DurableApproval call = decided();
		RunStep run = this.instance.run(method(() -> this.instance.transactions.fail(0, 1, false)),
				new InterruptedTicker());
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run.perform(call.id(), 1));
		assertState(call.id(), DurableState.CLAIMED);
		run.perform(call.id(), 1);
		assertState(call.id(), DurableState.UNKNOWN);
	}

	/**
	 * A process that was paused before it read the state: another one was regarded as
	 * responsible meanwhile, and runs the call.
	 */
	@Test
	void runOfAnotherExecutionIsNotLost() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE, VERSION = 5");
		RunStep paused = this.instance.run(method(() -> this.order.add("started again")));
		RunStep live = this.instance.run(method(() -> {
			for (long stale : List.of(2L, 4L)) {
				paused.perform(call.id(), stale);
				paused.lost(call.id(), stale);
			}
			assertState(call.id(), DurableState.CLAIMED);
		}));
		live.perform(call.id(), 5);
		assertState(call.id(), DurableState.DONE);
		assertThat(this.order).isEmpty();
	}

	@Test
	void runHasEndedBeforeItsOutcomeIsPublished() {
		TestContext context = context("tenant", NOTHING, () -> this.order
			.add("context removed after " + this.instance.events.get(this.instance.events.size() - 1).state()));
		DurableApproval call = decided(context);
		perform(call, method(() -> assertThat(RunningCall.current()).isNotNull()), context);
		assertState(call.id(), DurableState.DONE);
		assertThat(this.order).containsExactly("context removed after CLAIMED");
		assertThat(RunningCall.current()).isNull();
	}

	@Test
	void contextThatFailsPostponesTheStart() {
		TestContext context = context("tenant", () -> {
			if (this.order.isEmpty()) {
				this.order.add("failed");
				throw new IllegalStateException("The tenant cannot be read at the moment");
			}
		}, NOTHING);
		DurableApproval call = decided(context);
		NextStep next = perform(call, method(() -> this.order.add("started")), context);
		assertThat(next).isNotNull();
		assertThat(next.step()).isEqualTo(Step.RUN);
		assertThat(next.time()).isAfter(this.instance.now)
			.isBeforeOrEqualTo(this.instance.now.plus(Duration.ofMinutes(1)));
		assertState(call.id(), DurableState.DECIDED);
		perform(call, method(() -> this.order.add("started")), context);
		assertThat(this.order).containsExactly("failed", "started");
	}

	@Test
	void hiddenContextIsRestored() {
		HiddenContext context = new HiddenContext("session", Map.of("token", "s3cr3t\nline"), new HashMap<>());
		DurableApproval call = decided(context, context("tenant", NOTHING, NOTHING));
		perform(call, method(() -> assertThat(context.restored()).isEqualTo(context.values())), context,
				context("tenant", NOTHING, NOTHING));
		assertState(call.id(), DurableState.DONE);
		assertThat(context.restored()).isNotEmpty();
	}

	@Test
	void contextThatIsNotKnownHerePreventsTheStart() {
		DurableApproval call = decided(context("tenant", NOTHING, NOTHING));
		NextStep next = perform(call, method(() -> this.order.add("started")));
		assertThat(next).isNotNull();
		assertThat(this.order).isEmpty();
		this.instance.pass(Duration.ofHours(1));
		perform(call, method(() -> this.order.add("started")));
		assertThat(this.order).isEmpty();
		assertState(call.id(), DurableState.TIMED_OUT);
	}

	@Test
	void contextsAreRemovedEvenIfOneFails() {
		for (Throwable failure : List.of(new AssertionError("second"), new IOException())) {
			TestContext first = context("first", NOTHING, () -> this.order.add("first removed"));
			TestContext second = context("second", NOTHING, () -> throwAny(failure));
			DurableApproval call = decided(first, second);
			perform(call, method(NOTHING), first, second);
			assertState(call.id(), DurableState.DONE);
		}
		assertThat(this.order).containsExactly("first removed", "first removed");
	}

	@Test
	void targetThatAlwaysFailsIsNotTriedForever() {
		DurableApproval call = decided();
		ApprovedCalls failing = (approved, claim) -> {
			throw new IllegalStateException("The bean cannot be created");
		};
		assertThat(perform(call, failing)).isNotNull();
		this.instance.pass(Duration.ofHours(1));
		assertThat(perform(call, failing)).isNull();
		assertState(call.id(), DurableState.TIMED_OUT);
	}

	@ParameterizedTest
	@EnumSource(names = { "TARGET_MISSING", "ARGUMENTS_UNREADABLE", "ARGUMENTS_CHANGED" })
	void targetOfAnotherReleaseIsShownWhileItsCallWaits(ApprovedCalls.Result result) {
		DurableApproval call = decided();
		WaitingCalls missing = WaitingCalls.forTargets(this.instance.store);
		RunStep run = new RunStep(this.instance.dependencies, (approved, claim) -> result, List.of(), missing,
				this.instance.otherPairings, new StandingTicker(), TestInstance.MEAN);
		assertThat(missing.findGates()).isEmpty();
		run.perform(call.id(), 1);
		assertThat(missing.findGates()).containsExactly("Payouts.pay");
		perform(call, method(() -> this.order.add("started elsewhere")));
		assertThat(this.order).hasSize(1);
		assertThat(missing.findGates()).isEmpty();
	}

	@Test
	void claimThatIsCommittedButFailsIsTakenBack() {
		DurableApproval call = decided();
		this.instance.transactions.fail(0, 1, true);
		assertThat(perform(call, method(() -> this.order.add("started")))).isNotNull();
		assertThat(this.order).isEmpty();
		assertState(call.id(), DurableState.DECIDED);
		perform(call, method(() -> this.order.add("started")));
		assertThat(this.order).containsExactly("started");
		assertState(call.id(), DurableState.DONE);
	}

	@Test
	void methodThatFailsStartsAgainAfterGrowingPauses() {
		DurableApproval call = decided();
		RunStep run = attempts(3, RunStepTests::fail);
		for (int pause : List.of(10, 20)) {
			assertThat(run.perform(call.id(), 1))
				.isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(pause)));
			assertState(call.id(), DurableState.DECIDED, IllegalStateException.class.getName());
			this.instance.pass(Duration.ofSeconds(pause));
		}
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("started", "started", "started");
		assertFailed(call);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isEqualTo(1);
	}

	@Test
	void methodThatFailsOnceEndsAsDone() {
		DurableApproval call = decided();
		RunStep run = attempts(2, () -> {
			if (this.order.size() == 1) {
				fail();
			}
		});
		assertThat(run.perform(call.id(), 1)).isNotNull();
		assertThat(run.perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.DONE);
		assertThat(this.instance.store.find(call.id()).problem()).isNull();
	}

	@Test
	void methodThatCommittedIsNotStartedAgain() {
		DurableApproval call = decided();
		assertThat(attempts(3, () -> {
			this.instance.committed(call.id());
			fail();
		}).perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.FAILED);
	}

	@Test
	void methodWhoseOutcomeWasUnknownIsNotStartedAgain() {
		DurableApproval call = decided();
		assertThat(attempts(3, () -> {
			assertThat(this.instance.store.lose(call.id(), 1)).isTrue();
			fail();
		}).perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.FAILED);
	}

	@Test
	void methodIsNotStartedAgainAfterTheTimeToStart() {
		DurableApproval call = decided();
		this.instance.now = call.startBy().minusSeconds(10);
		assertThat(attempts(3, RunStepTests::fail).perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.FAILED);
	}

	@Test
	void restartableRunOfAStoppedProcessStartsAgain() {
		DurableApproval call = decided();
		assertStops(call, 1);
		assertThat(restartable(1, NOTHING).lost(call.id(), 1)).isEqualTo(new NextStep(Step.RUN, this.instance.now));
		assertState(call.id(), DurableState.DECIDED, "PROCESS_STOPPED");
		assertThat(attempts(1, NOTHING).perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("started", "started");
		assertState(call.id(), DurableState.DONE, null);
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.endsWith(DurableState.CLAIMED, DurableState.DECIDED, DurableState.CLAIMED, DurableState.DONE);
	}

	@Test
	void restartableRunWhoseOutcomeWasNotStoredStartsAgain() {
		DurableApproval call = decided();
		assertStops(call, 1);
		assertThat(restartable(1, NOTHING).perform(call.id(), 1)).isEqualTo(new NextStep(Step.RUN, this.instance.now));
		assertState(call.id(), DurableState.DECIDED);
	}

	@ParameterizedTest
	@CsvSource({ "1, 5", "4, 5", "7, 7" })
	void callThatStopsItsProcessAtEachStartBecomesUnknown(int attempts, int starts) {
		DurableApproval call = decided();
		for (int start = 1; start <= starts; start++) {
			assertState(call.id(), DurableState.DECIDED);
			assertStops(call, attempts);
			restartable(attempts, NOTHING).lost(call.id(), 1);
		}
		assertState(call.id(), DurableState.UNKNOWN);
		assertThat(this.order).hasSize(starts);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void restartableRunThatCommittedBecomesUnknown(CapturedOutput output) {
		DurableApproval call = decided();
		assertStops(call, 1);
		this.instance.committed(call.id());
		assertThat(restartable(1, NOTHING).lost(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.UNKNOWN);
		assertThat(output).containsOnlyOnce("Find out whether it ran, and use the operation 'resolve'");
	}

	@Test
	void restartableRunIsLostAfterTheTimeToStart() {
		DurableApproval call = decided();
		assertStops(call, 1);
		this.instance.now = call.startBy();
		assertThat(restartable(1, NOTHING).lost(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.UNKNOWN);
	}

	/**
	 * Between the two, a transaction is committed.
	 */
	@Test
	void runThatCommitsBeforeItsClaimIsTakenBackKeepsIt() {
		DurableApproval call = decided();
		assertStops(call, 1);
		DurableCallStore store = mock(delegatesTo(this.instance.store));
		willAnswer((invocation) -> {
			String runId = this.instance.store.lockRestartableRun(call.id(), 1, 5, this.instance.now);
			this.instance.committed(call.id());
			return runId;
		}).given(store).lockRestartableRun(any(), anyLong(), anyInt(), any());
		run(dependencies(store), method(NOTHING)).lost(call.id(), 1);
		assertState(call.id(), DurableState.UNKNOWN);
		assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE_CLAIM WHERE ID = ?",
				Integer.class, call.id()))
			.isPositive();
	}

	@Test
	void restartedMethodThatFailsHasFailed() {
		DurableApproval call = decided();
		assertStops(call, 1);
		RunStep run = restartable(1, RunStepTests::fail);
		assertThat(run.lost(call.id(), 1)).isNotNull();
		assertThat(run.perform(call.id(), 1)).isNull();
		assertFailed(call);
	}

	/**
	 * The database keeps the locks of a connection whose client is suspended.
	 */
	@Test
	void restartedMethodThatWaitsForTheStoppedRunStartsAgain() {
		DurableApproval call = decided();
		assertStops(call, 1);
		RunStep blocked = restartable(1, RunStepTests::block);
		assertThat(blocked.lost(call.id(), 1)).isNotNull();
		assertThat(blocked.perform(call.id(), 1)).isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(20)));
		assertState(call.id(), DurableState.DECIDED, "PROCESS_STOPPED");
		assertThat(restartable(1, NOTHING).perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.DONE);
		assertThat(this.order).hasSize(3);
	}

	@Test
	void restartedMethodThatWaitsForEverHasFailed() {
		DurableApproval call = decided();
		assertStops(call, 1);
		RunStep blocked = restartable(1, RunStepTests::block);
		assertThat(blocked.lost(call.id(), 1)).isNotNull();
		for (NextStep next = blocked.perform(call.id(), 1); next != null; next = blocked.perform(call.id(), 1)) {
			this.instance.now = next.time();
		}
		assertThat(this.order).hasSize(5);
		assertFailed(call);
	}

	@Test
	void restartedMethodThatWaitsAfterACommitHasFailed() {
		DurableApproval call = decided();
		assertStops(call, 1);
		RunStep blocked = restartable(1, () -> {
			this.instance.committed(call.id());
			block();
		});
		assertThat(blocked.lost(call.id(), 1)).isNotNull();
		assertThat(blocked.perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.FAILED);
	}

	@Test
	void methodThatWaitsForAnotherThanTheStoppedRunHasFailed() {
		DurableApproval call = decided();
		assertThat(restartable(1, RunStepTests::block).perform(call.id(), 1)).isNull();
		assertState(call.id(), DurableState.FAILED);
	}

	private static void block() {
		throw new IllegalStateException(new SQLTimeoutException("lock"));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void outcomeOfAReplacedRunIsNotStored(CapturedOutput output) {
		DurableApproval call = decided();
		RunStep other = restartable(1, NOTHING);
		RunStep paused = restartable(1, () -> {
			assertThat(other.lost(call.id(), 1)).isNotNull();
			fail();
		});
		paused.perform(call.id(), 1);
		assertThat(output).contains("The outcome FAILED of approval " + call.id() + " is not stored");
		assertState(call.id(), DurableState.DECIDED);
		assertThat(other.perform(call.id(), 3)).isNull();
		assertState(call.id(), DurableState.DONE);
	}

	@Test
	void restartableRunOfAnotherExecutionIsNotReplaced() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE, VERSION = 5");
		restartable(1, () -> {
			for (long stale : List.of(2L, 4L)) {
				restartable(1, NOTHING).lost(call.id(), stale);
			}
			assertState(call.id(), DurableState.CLAIMED);
		}).perform(call.id(), 5);
		assertState(call.id(), DurableState.DONE);
	}

	/**
	 * Let the process of a restartable run stop before its outcome is stored.
	 */
	private void assertStops(DurableApproval call, int attempts) {
		RunStep stopping = restartable(attempts, () -> this.instance.transactions.fail(0, 1, false));
		assertThatExceptionOfType(ProcessDied.class).isThrownBy(() -> stopping.perform(call.id(), 1));
		assertState(call.id(), DurableState.CLAIMED);
	}

	@Test
	void startThatIsStoredButSeemsToFailIsKept() {
		DurableApproval call = decided();
		Instant next = this.instance.now.plusSeconds(10);
		assertThat(attempts(2, () -> {
			this.instance.transactions.fail(0, 1, true);
			fail();
		}).perform(call.id(), 1)).isEqualTo(new NextStep(Step.RUN, next));
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void callThatCannotStartAgainInTimeHasFailed() {
		for (ApprovedCalls.Result result : List.of(ApprovedCalls.Result.TOO_LATE, ApprovedCalls.Result.TARGET_MISSING,
				ApprovedCalls.Result.UNAVAILABLE, ApprovedCalls.Result.NOT_STARTED)) {
			DurableApproval call = decided();
			assertThat(attempts(2, RunStepTests::fail).perform(call.id(), 1)).isNotNull();
			this.instance.pass(Duration.ofHours(1));
			assertThat(this.instance.run(2, (approved, claim) -> result).perform(call.id(), 1)).as("%s", result)
				.isNull();
			assertFailed(call);
		}
	}

	@Test
	void callThatStartsAgainCanBeCancelled() {
		DurableApproval call = decided();
		assertThat(attempts(2, RunStepTests::fail).perform(call.id(), 1)).isNotNull();
		assertThat(this.instance.approvals().cancel(call.id())).isTrue();
		assertFailed(call);
		attempts(2, NOTHING).perform(call.id(), 1);
		assertThat(this.order).containsExactly("started");
	}

	@Test
	void callHasNoMoreStartsThanTheInstanceAllowsThatStartsIt() {
		DurableApproval call = decided();
		assertThat(attempts(3, RunStepTests::fail).perform(call.id(), 1)).isNotNull();
		assertThat(attempts(1, NOTHING).perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("started");
		assertFailed(call);
	}

	@Test
	void startByAnotherInstanceAfterTheCallWasReadCounts() {
		DurableApproval call = decided();
		RunStep other = attempts(3, RunStepTests::fail);
		RunStep paused = this.instance.run(1, (approved, claim) -> {
			assertThat(other.perform(call.id(), 2)).isNotNull();
			// An error in here would be a failure of the run
			this.order.add("claimed: " + claim.getAsBoolean());
			return ApprovedCalls.Result.NOT_STARTED;
		});
		assertThat(paused.perform(call.id(), 1)).isNotNull();
		assertThat(this.order).containsExactly("started", "claimed: false");
	}

	@Test
	void executionThatWasPausedDoesNotHideTheFailureInAnotherInstance() {
		for (ApprovedCalls.Result result : List.of(ApprovedCalls.Result.TOO_LATE, ApprovedCalls.Result.TARGET_MISSING,
				ApprovedCalls.Result.UNAVAILABLE, ApprovedCalls.Result.NOT_STARTED,
				ApprovedCalls.Result.PAIRING_REVOKED, ApprovedCalls.Result.NOT_VERIFIED)) {
			DurableApproval call = decided();
			RunStep other = attempts(3, RunStepTests::fail);
			RunStep paused = this.instance.run(3, (approved, claim) -> {
				assertThat(other.perform(call.id(), 2)).isNotNull();
				this.instance.pass(Duration.ofHours(1));
				return result;
			});
			assertThat(paused.perform(call.id(), 1)).as("%s", result).isNotNull();
			assertThat(this.instance.state(call.id())).as("%s", result).isEqualTo(DurableState.DECIDED);
			RunStep late = this.instance.run(3, (approved, claim) -> ApprovedCalls.Result.TOO_LATE,
					new StandingTicker());
			assertThat(late.perform(call.id(), 1)).isNull();
			assertFailed(call);
		}
	}

	/**
	 * The step of this execution is the only one, so it must remain.
	 */
	@Test
	void callThatAnotherInstanceStartsAgainMeanwhileKeepsItsStep() {
		DurableApproval call = decided();
		DurableCallStore store = mock(DurableCallStore.class, delegatesTo(this.instance.store));
		willAnswer((find) -> {
			DurableApproval read = this.instance.store.find(call.id());
			if (read.state() == DurableState.CLAIMED) {
				this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'DECIDED', RUN_ID = NULL");
			}
			return read;
		}).given(store).find(call.id());
		RunStep paused = run(dependencies(store, this.instance.dependencies.publisher(), this.instance.settings(3)),
				(approved, claim) -> {
					this.instance.jdbc
						.update("UPDATE AIRLOCK_DURABLE SET STATE = 'CLAIMED', RUN_ID = 'run-2', STARTS = 1");
					assertThat(claim.getAsBoolean()).isFalse();
					return ApprovedCalls.Result.NOT_STARTED;
				});
		assertThat(paused.perform(call.id(), 1)).isNotNull();
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void threadOfAMethodThatOutlivesTheApplicationEnds() {
		DurableApproval call = decided();
		List<RunStep> stopping = new ArrayList<>();
		RunStep run = this.instance.run(method(() -> this.instance.transactions.fail(0, 10, false)),
				new StandingTicker() {

					@Override
					public void sleep(Duration duration) {
						RunStepTests.this.order.add("repeated");
						stopping.forEach((step) -> step.setStopped(true));
					}

				});
		stopping.add(run);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run.perform(call.id(), 1));
		assertThat(this.order).containsExactly("repeated");
		assertState(call.id(), DurableState.CLAIMED);
		this.instance.transactions.heal();
		run.perform(call.id(), 1);
		assertState(call.id(), DurableState.UNKNOWN);
	}

	/**
	 * Languages other than Java do not declare checked exceptions.
	 */
	@Test
	void checkedExceptionOfAListenerDoesNotPreventTheStart() {
		DurableApproval call = decided();
		RunStep run = run(dependencies((event) -> throwAny(new IOException())),
				method(() -> this.order.add("started")));
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("started");
		assertState(call.id(), DurableState.DONE);
	}

	@Test
	void listenerThatDoesNotReturnDoesNotPreventTheStart() {
		DurableApproval call = decided();
		CountDownLatch end = new CountDownLatch(1);
		TransitionPublisher publisher = new TransitionPublisher((event) -> Latches.await(end),
				ApprovalListener.of(List.of()));
		RunStep run = run(dependencies(this.instance.store, publisher, this.instance.settings(Duration.ofMillis(2))),
				method(() -> this.order.add("started")));
		assertThat(run.perform(call.id(), 1)).isNull();
		end.countDown();
		assertThat(this.order).containsExactly("started");
		assertState(call.id(), DurableState.DONE);
	}

	@Test
	void listenersThatDoNotReturnHaveAFewThreads() throws InterruptedException {
		Semaphore begun = new Semaphore(0);
		CountDownLatch end = new CountDownLatch(1);
		TransitionPublisher publisher = new TransitionPublisher((event) -> {
		}, ApprovalListener.of(List.of()));
		for (int i = 0; i < 100; i++) {
			publisher.publish("drb-1", Duration.ofNanos(1), () -> {
				begun.release();
				Latches.await(end);
			});
		}
		begun.acquire(64);
		assertThat(begun.availablePermits()).isZero();
		end.countDown();
	}

	@Test
	void publicationWithoutAThreadLeavesNoneBehind() {
		TransitionPublisher publisher = new TransitionPublisher((event) -> {
		}, ApprovalListener.of(List.of()));
		InheritableThreadLocal<String> failing = new InheritableThreadLocal<>() {

			@Override
			protected String childValue(String value) {
				throw new IllegalStateException("No thread");
			}

		};
		failing.set("of the worker");
		for (int i = 0; i < 100; i++) {
			assertThatIllegalStateException()
				.isThrownBy(() -> publisher.publish("drb-1", Duration.ofSeconds(10), () -> {
				}));
		}
		failing.remove();
		publisher.publish("drb-1", Duration.ofSeconds(10), () -> this.order.add("published"));
		assertThat(this.order).containsExactly("published");
	}

	@Test
	void threadLocalsOfMethodAreNotSeenByNextRun() {
		ThreadLocal<String> tenant = new InheritableThreadLocal<>();
		tenant.set("of the worker");
		for (String name : List.of("north", "south")) {
			DurableApproval call = decided();
			perform(call, method(() -> {
				this.order.add(String.valueOf(tenant.get()));
				tenant.set(name);
			}));
			assertState(call.id(), DurableState.DONE);
		}
		assertThat(this.order).containsExactly("null", "null");
		assertThat(tenant.get()).isEqualTo("of the worker");
	}

	@Test
	void interruptOfAWorkerReachesTheMethod() throws InterruptedException {
		DurableApproval call = decided();
		CountDownLatch started = new CountDownLatch(1);
		Thread worker = new Thread(() -> perform(call, method(() -> {
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.order.add("interrupted");
			}
		})));
		worker.start();
		started.await();
		worker.interrupt();
		worker.join();
		assertThat(this.order).containsExactly("interrupted");
		assertState(call.id(), DurableState.DONE);
	}

	@Test
	void methodHasHalfOfTheThreads() throws InterruptedException {
		CountDownLatch running = new CountDownLatch(2);
		CountDownLatch end = new CountDownLatch(1);
		RunStep run = this.instance.run((approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			if (approved.target().startsWith("payouts")) {
				running.countDown();
				Latches.await(end);
			}
			return ApprovedCalls.Result.DONE;
		});
		List<Thread> workers = new ArrayList<>();
		for (DurableApproval slow : List.of(decided(), decided())) {
			workers.add(new Thread(() -> run.perform(slow.id(), 1)));
		}
		DurableApproval further = decided();
		CallRecorder recorder = this.instance.recorder();
		String bystander = recorder.record(new WrittenCall("refunds#refund()",
				ApprovalRequest.builder("Refund", "Refunds.refund()").gate("Refunds.refund").build(), "{}", "{}",
				null));
		decide(bystander, "approve");
		workers.forEach(Thread::start);
		running.await();
		assertThat(run.perform(further.id(), 1)).isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(2)));
		assertState(further.id(), DurableState.DECIDED);
		assertThat(run.perform(bystander, 1)).isNull();
		assertState(bystander, DurableState.DONE);
		end.countDown();
		for (Thread worker : workers) {
			worker.join();
		}
		assertThat(run.perform(further.id(), 1)).isNull();
		assertState(further.id(), DurableState.DONE);
	}

	/**
	 * As a pool that fails while the connection is closed which the method has left open.
	 */
	@Test
	void enteredMethodIsNotStartedAgainAfterAnyFailure() {
		DurableApproval call = decided();
		RunStep run = this.instance.run(3, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			claim.enter();
			this.order.add("started");
			throw new AssertionError("Active Connection is required");
		});
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("started");
		assertState(call.id(), DurableState.UNKNOWN, AssertionError.class.getName());
		assertThat(this.instance.approvals().resolve(call.id(), Resolution.RAN)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "true, false", "false, true", "false, false" })
	void runThatWasPausedAfterItsClaimDoesNotEnter(boolean resolved, boolean machine) {
		DurableApproval call = decided();
		AtomicLong nanos = new AtomicLong();
		RunStep run = this.instance.run((approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			if (machine) {
				this.instance.now = this.instance.now.plus(TestInstance.CLAIM_VALIDITY);
			}
			else {
				nanos.addAndGet(TestInstance.CLAIM_VALIDITY.toNanos());
			}
			assertThat(this.instance.store.lose(call.id(), 99)).isTrue();
			if (resolved) {
				CompletableFuture.runAsync(() -> this.instance.approvals().resolve(call.id(), Resolution.DID_NOT_RUN))
					.join();
			}
			claim.enter();
			this.order.add("entered");
			return ApprovedCalls.Result.DONE;
		}, new StandingTicker() {

			@Override
			public long nanoTime() {
				return nanos.get();
			}

		});
		run.perform(call.id(), 1);
		assertThat(this.order).isEmpty();
		assertThat(this.instance.state(call.id())).isEqualTo(resolved ? DurableState.RESOLVED : DurableState.DECIDED);
	}

	@Test
	void runThatWasPausedForAMomentEnters() {
		DurableApproval call = decided();
		RunStep run = this.instance.run((approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			this.instance.now = this.instance.now.plus(TestInstance.CLAIM_VALIDITY).minusMillis(1);
			claim.enter();
			this.order.add("entered");
			return ApprovedCalls.Result.DONE;
		});
		assertThat(run.perform(call.id(), 1)).isNull();
		assertThat(this.order).containsExactly("entered");
		assertState(call.id(), DurableState.DONE);
	}

	@ParameterizedTest
	@EnumSource(value = ApprovedCalls.Result.class, names = { "PAIRING_REVOKED", "KEY_OF_REQUESTER" })
	void callThatHasStartedEndsAsFailed(ApprovedCalls.Result result) {
		DurableApproval call = decided();
		attempts(3, RunStepTests::fail).perform(call.id(), 1);
		this.instance.run(3, (approved, claim) -> result).perform(call.id(), 2);
		assertFailed(call);
	}

	/**
	 * The commit of the claim goes on although the driver has given up.
	 */
	@Test
	void claimWhoseCommitIsInProgressIsWaitedFor() {
		DurableApproval call = decided();
		TransactionTemplate separate = new TransactionTemplate(new JdbcTransactionManager(this.instance.dataSource));
		separate.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		separate.executeWithoutResult((committing) -> {
			assertThat(this.instance.store.claim(call.id(), "run-1", "one", 1, this.instance.now)).isTrue();
			assertThatExceptionOfType(QueryTimeoutException.class)
				.isThrownBy(() -> separate.executeWithoutResult((status) -> {
					this.instance.jdbc.execute("SET LOCK_TIMEOUT 1");
					this.instance.store.release(call.id(), "run-1", null);
				}));
		});
	}

	@Test
	void callThatCannotBeReadEndsAfterTheTimeToStart() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET PLAINTEXT = 'abcdefgh' || SUBSTR(PLAINTEXT, 9)");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET DECISION = 'abcdefgh' || SUBSTR(DECISION, 9)");
		assertThat(perform(call, method(() -> this.order.add("started")))).isNotNull();
		this.instance.now = call.startBy();
		assertThat(perform(call, method(() -> this.order.add("started")))).isNull();
		assertState(call.id(), DurableState.TIMED_OUT, "UNREADABLE");
		assertThat(this.instance.store.find(call.id()).endedUnstarted()).isTrue();
		this.instance.notifyHandlers((approval, decision) -> this.order.add("told " + decision)).perform(call.id());
		assertThat(this.order).containsExactly("told null");
	}

	@Test
	void negativeNumberOfStartsIsUnreadable() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STARTS = -3");
		attempts(1, RunStepTests::fail).perform(call.id(), 1);
		assertThat(this.order).isEmpty();
		assertThat(this.instance.store.find(call.id()).problem()).isEqualTo("NOT_VERIFIED");
	}

	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void throwAny(Throwable exception) throws E {
		throw (E) exception;
	}

	private RunStep attempts(int attempts, Runnable method) {
		return run(attempts, false, method);
	}

	private RunStep restartable(int attempts, Runnable method) {
		return run(attempts, true, method);
	}

	private RunStep run(int attempts, boolean restartable, Runnable method) {
		ApprovedCalls calls = (approved, claim) -> {
			claim.prepare(restartable);
			if (!claim.getAsBoolean()) {
				return ApprovedCalls.Result.NOT_STARTED;
			}
			this.order.add("started");
			try {
				method.run();
			}
			catch (IllegalStateException ex) {
				throw new InvocationTargetException(ex);
			}
			return ApprovedCalls.Result.DONE;
		};
		return this.instance.run(attempts, calls, restartable ? new InterruptedTicker() : new StandingTicker());
	}

	/**
	 * Assert that the call has failed as {@link #fail()} does.
	 */
	private void assertFailed(DurableApproval call) {
		assertState(call.id(), DurableState.FAILED, IllegalStateException.class.getName());
	}

	private static void fail() {
		throw new IllegalStateException("The bank does not respond");
	}

	private NextStep perform(DurableApproval call, ApprovedCalls calls, DurableContext... contexts) {
		return this.instance.run(calls, new StandingTicker(), contexts).perform(call.id(), 1);
	}

	private static ApprovedCalls method(Runnable method) {
		return (call, claim) -> {
			if (!claim.getAsBoolean()) {
				return ApprovedCalls.Result.NOT_STARTED;
			}
			method.run();
			return ApprovedCalls.Result.DONE;
		};
	}

	private static TestContext context(String name, Runnable onRestore, Runnable onClose) {
		return new TestContext(name, Map.of("id", "7"), onRestore, onClose);
	}

}
