/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.durable.TestInstance.ProcessDied;
import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.actuator.DurableMetrics;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.PayloadApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for what {@link RunStep} makes of each result of a call.
 */
class RunStepResultTests extends StepTests {

	private final List<String> started = new ArrayList<>();

	private final List<Duration> pauses = new ArrayList<>();

	@Test
	void resultOfAClaimedCallEndsIt() {
		DurableApproval call = decided();
		assertRuns(call);
		assertThat(this.started).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "PAIRING_REVOKED, REFUSED, PAIRING_REVOKED", "KEY_OF_REQUESTER, REFUSED, KEY_OF_REQUESTER",
			"NOT_VERIFIED, REFUSED, NOT_VERIFIED", "TOO_LATE, TIMED_OUT, FOUND_TOO_LATE" })
	void resultWithoutAClaimEndsTheCall(Result result, DurableState state, String problem) {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> result)).isNull();
		assertEnded(call, state, problem);
	}

	@ParameterizedTest
	@CsvSource({ "TARGET_MISSING, 30, 90", "OTHER_PAIRING, 5, 15", "UNAVAILABLE, 5, 15", "ARGUMENTS_UNREADABLE, 30, 90",
			"ARGUMENTS_CHANGED, 30, 90", "NOT_STARTED, 5, 15" })
	void callOfAnotherInstanceIsLeftForARandomPause(Result result, int least, int most) {
		ApprovedCalls calls = (approved, claim) -> result;
		List<Duration> pauses = Stream.of(0L, -1L)
			.map((random) -> new RunStep(this.instance.dependencies, calls, List.of(), this.instance.missingTargets,
					this.instance.otherPairings, new StandingTicker(), () -> random)
				.perform(decided().id(), 1))
			.map((next) -> Duration.between(this.instance.now, next.time()))
			.toList();
		assertThat(pauses.get(0)).isEqualTo(Duration.ofSeconds(least));
		assertThat(pauses.get(1)).isCloseTo(Duration.ofSeconds(most), Duration.ofMillis(1));
	}

	/**
	 * One of ten instances may be able to start a call that was approved late.
	 */
	@ParameterizedTest
	@EnumSource(names = { "TARGET_MISSING", "OTHER_PAIRING", "ARGUMENTS_UNREADABLE", "ARGUMENTS_CHANGED" })
	void otherInstancesHaveManyAttemptsBeforeTheTimeToStartIsOver(Result result) {
		DurableApproval call = decided();
		this.instance.now = call.startBy().minus(Duration.ofMinutes(5));
		int attempts = 0;
		NextStep next = perform(call, (approved, claim) -> result);
		while (next != null) {
			attempts++;
			this.instance.now = next.time();
			next = perform(call, (approved, claim) -> result);
		}
		assertThat(attempts).isBetween(50, 100);
		assertThat(this.instance.now).isEqualTo(call.startBy());
	}

	@ParameterizedTest
	@CsvSource({ "TARGET_MISSING, 60, REFUSED, TARGET_GONE", "UNAVAILABLE, 10, TIMED_OUT, FOUND_TOO_LATE",
			"OTHER_PAIRING, 10, REFUSED, PAIRING_REVOKED", "ARGUMENTS_UNREADABLE, 60, REFUSED, ARGUMENTS_UNREADABLE",
			"ARGUMENTS_CHANGED, 60, REFUSED, ARGUMENTS_CHANGED", "NOT_STARTED, 10, TIMED_OUT, FOUND_TOO_LATE" })
	void callThatCannotStartYetIsTriedUntilTimeToStartEnds(Result result, int pause, DurableState state,
			String problem) {
		DurableApproval call = decided();
		ApprovedCalls calls = (approved, claim) -> result;
		assertThat(perform(call, calls)).isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(pause)));
		this.instance.now = call.startBy().minusSeconds(1);
		assertThat(perform(call, calls)).isEqualTo(new NextStep(Step.RUN, call.startBy()));
		assertState(call.id(), DurableState.DECIDED);
		this.instance.now = call.startBy();
		assertThat(perform(call, calls)).isNull();
		assertEnded(call, state, problem);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void approvedCallThatEndsWithoutAStartIsAWarningAndCounted(CapturedOutput output) {
		DurableMetrics metrics = new DurableMetrics(mock());
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		metrics.bindTo(registry);
		DurableApproval call = decided();
		this.instance.now = call.startBy();
		perform(call, (approved, claim) -> Result.TARGET_MISSING);
		assertThat(lines(output, "is now REFUSED (TARGET_GONE): it was approved, and was not started")).singleElement()
			.asString()
			.contains("WARN", call.id());
		this.instance.events.forEach((approval) -> metrics
			.onApplicationEvent(new PayloadApplicationEvent<>(this, new DurableApprovalEvent(approval))));
		assertThat(registry.get("airlock.durable.unstarted").functionCounter().count()).isEqualTo(1);
	}

	@Test
	void failureOfTheMethodIsRecordedByTheNameOfItsClass() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			throw new InvocationTargetException(new IllegalArgumentException("secret"));
		})).isNull();
		assertEnded(call, DurableState.FAILED, IllegalArgumentException.class.getName());
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void failureOfTheMethodIsLoggedOnceWithItsStackTrace(CapturedOutput output) {
		DurableApproval call = decided();
		perform(call, failing());
		assertThat(lines(output, "IllegalArgumentException: no such account")).hasSize(1);
		assertThat(lines(output, "at " + RunStepResultTests.class.getName())).isNotEmpty();
		assertThat(lines(output, call.id())).filteredOn((line) -> line.contains("ERROR"))
			.singleElement(InstanceOfAssertFactories.STRING)
			.contains("Payouts.pay");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void failureOfTheMethodIsAWarningWhileAttemptsAreLeft(CapturedOutput output) {
		DurableApproval call = decided();
		assertThat(this.instance.run(2, failing()).perform(call.id(), 1)).isNotNull();
		assertThat(lines(output, "IllegalArgumentException: no such account")).hasSize(1);
		assertThat(output).doesNotContain("ERROR");
		assertThat(this.instance.run(2, failing()).perform(call.id(), 1)).isNull();
		assertThat(lines(output, "IllegalArgumentException: no such account")).hasSize(2);
		assertThat(lines(output, "ERROR")).hasSize(1);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void failureWhoseOutcomeIsNotStoredIsLogged(CapturedOutput output) {
		DurableApproval call = decided();
		RunStep run = run((approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			this.instance.transactions.fail(0, 1, false);
			throw new InvocationTargetException(new IllegalArgumentException("no such account"));
		});
		run.setStopped(true);
		assertThatExceptionOfType(ProcessDied.class).isThrownBy(() -> run.perform(call.id(), 1));
		assertThat(lines(output, "IllegalArgumentException: no such account")).hasSize(1);
		assertThat(lines(output, "ERROR")).hasSize(1);
	}

	private static ApprovedCalls failing() {
		return (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			throw new InvocationTargetException(new IllegalArgumentException("no such account"));
		};
	}

	private static List<String> lines(CapturedOutput output, String text) {
		return output.getAll().lines().filter((line) -> line.contains(text)).toList();
	}

	@Test
	void claimIsTakenBackIfTheMethodWasNotEntered() {
		for (Throwable failure : List.of(new OutOfMemoryError(), new StackOverflowError(),
				new IllegalStateException("no transaction"))) {
			DurableApproval call = decided();
			assertThat(perform(call, claimingAnd(failure)))
				.isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(10)));
			DurableCall released = this.instance.store.findCall(call.id());
			assertThat(released.starts()).isZero();
			assertThat(released.approval())
				.isEqualTo(new DurableApproval(call.id(), call.gate(), call.label(), DurableState.DECIDED, null,
						call.recordedAt(), call.expiresAt(), call.startBy(), this.instance.now, this.instance.now, null,
						null, null, null, 1, List.of(), this.instance.store.find(call.id()).votes()));
			assertRuns(call);
		}
	}

	@Test
	void claimThatIsTakenBackIsNoDecision() {
		DurableApproval call = decided();
		this.instance.events.clear();
		for (int i = 0; i < 2; i++) {
			perform(call, claimingAnd(new IllegalStateException("no transaction")));
		}
		perform(call, claiming(Result.DONE));
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.containsExactly(DurableState.CLAIMED, DurableState.CLAIMED, DurableState.CLAIMED, DurableState.DONE);
	}

	/**
	 * A process that was paused between the claim and the method.
	 */
	@Test
	void claimIsTakenBackIfTheMethodWasNotEnteredAndTheCallIsUnknownMeanwhile() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			assertThat(this.instance.store.lose(call.id(), 1)).isTrue();
			assertState(call.id(), DurableState.UNKNOWN);
			throw new IllegalStateException("no transaction");
		})).isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(10)));
		assertThat(this.instance.store.findCall(call.id()).starts()).isZero();
		assertState(call.id(), DurableState.DECIDED);
		assertRuns(call);
	}

	@Test
	void callThatWasNotEnteredAndResolvedMeanwhileDoesNotStart() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			assertThat(this.instance.store.lose(call.id(), 1)).isTrue();
			assertThat(this.instance.store.resolve(call.id(), Resolution.RAN, this.instance.now)).isTrue();
			throw new IllegalStateException("no transaction");
		})).isNull();
		assertState(call.id(), DurableState.RESOLVED);
	}

	@Test
	void argumentsThatChangeAfterTheClaimAreNoStart() {
		DurableApproval call = decided();
		assertThat(perform(call, claimingAnd(new ApprovalVerificationException("changed", call.id(), null))))
			.isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(10)));
		assertThat(this.instance.store.findCall(call.id()).starts()).isZero();
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void callThatCannotStartYetIsTriedSeveralTimesInTheTimeThatIsLeft() {
		DurableApproval call = decided();
		ApprovedCalls calls = claimingAnd(new IllegalStateException("no connection"));
		for (int left : List.of(200, 60, 20)) {
			this.instance.now = call.startBy().minusSeconds(left);
			assertThat(perform(call, calls)).isEqualTo(new NextStep(Step.RUN, this.instance.now.plusMillis(left * 50)));
		}
		assertRuns(call);
	}

	@Test
	void callThatIsNeverEnteredEndsAtTheTimeToStart() {
		DurableApproval call = decided();
		this.instance.now = call.startBy().minusSeconds(1);
		assertThat(perform(call, claimingAnd(new IllegalStateException())))
			.isEqualTo(new NextStep(Step.RUN, call.startBy()));
		this.instance.now = call.startBy();
		assertThat(perform(call, claiming(Result.DONE))).isNull();
		assertThat(this.started).isEmpty();
		assertEnded(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
	}

	@Test
	void callThatCommittedWithoutBeingEnteredHasFailed() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			this.instance.committed(call.id());
			throw new IllegalStateException();
		})).isNull();
		assertEnded(call, DurableState.FAILED, IllegalStateException.class.getName());
	}

	private static ApprovedCalls claimingAnd(Throwable failure) {
		return (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			if (failure instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) failure;
		};
	}

	@Test
	void callIsClaimedOnceByARun() {
		DurableApproval call = decided();
		perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			assertThat(claim.getAsBoolean()).isFalse();
			return Result.DONE;
		});
		assertEnded(call, DurableState.DONE, null);
	}

	@Test
	void claimIsTakenBackAfterItsRepetition() {
		DurableApproval call = decided();
		perform(call, (approved, claim) -> {
			claim.getAsBoolean();
			claim.getAsBoolean();
			throw new IllegalStateException("Not entered");
		});
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void callThatIsCancelledBeforeItsClaimDoesNotStart() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			assertThat(this.instance.approvals().cancel(call.id())).isTrue();
			return claiming(Result.DONE).run(approved, claim);
		})).isNull();
		assertThat(this.started).isEmpty();
		assertState(call.id(), DurableState.CANCELLED);
	}

	@Test
	void callThatIsFoundTooLateAtItsClaimDoesNotStart() {
		DurableApproval call = decided();
		assertThat(perform(call, (approved, claim) -> {
			this.instance.now = call.startBy();
			return claiming(Result.DONE).run(approved, claim);
		})).isNull();
		assertThat(this.started).isEmpty();
		assertEnded(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
	}

	@Test
	void decisionOfAnotherCallDoesNotStartACopy() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET ID = 'req-copy'");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET CALL_ID = 'req-copy'");
		perform("req-copy", claiming(Result.DONE));
		assertThat(this.started).isEmpty();
		assertThat(call.id()).isNotEqualTo("req-copy");
	}

	@ParameterizedTest
	@CsvSource({ "PLAINTEXT", "ARGUMENTS", "ARTIFACT", "DECISION" })
	void callWithoutAPartIsNotRun(String column) {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE %s SET %s = NULL".formatted(
				List.of("ARTIFACT", "DECISION").contains(column) ? "AIRLOCK_DURABLE_BALLOT" : "AIRLOCK_DURABLE",
				column));
		assertNotRun(call);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "AIRLOCK_DURABLE_BALLOT SET PAIRING = 'other'", "AIRLOCK_DURABLE SET TARGET = 'other#pay()'" })
	void changedCallIsNotRun(String change) {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE " + change);
		assertNotRun(call);
	}

	@Test
	void callThatCannotBeReadInThisInstanceIsTriedAgain() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET DECISION = REPLACE(DECISION, ':1:', ':2:')");
		assertThat(perform(call, claiming(Result.DONE)))
			.isEqualTo(new NextStep(Step.RUN, this.instance.now.plusSeconds(60)));
		assertThat(this.started).isEmpty();
		assertState(call.id(), DurableState.DECIDED);
	}

	@Test
	void callThatIsNotDecidedOrUnknownIsNotRun() {
		DurableApproval call = this.instance.record();
		assertThat(perform(call, claiming(Result.DONE))).isNull();
		assertThat(perform("req-unknown", claiming(Result.DONE))).isNull();
		assertThat(this.started).isEmpty();
		assertState(call.id(), DurableState.RECORDED);
	}

	@Test
	void outcomeIsStoredAtGrowingPauses() {
		DurableApproval call = decided();
		perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			this.instance.transactions.fail(0, 7, false);
			return Result.DONE;
		});
		assertThat(this.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
		assertEnded(call, DurableState.DONE, null);
	}

	@Test
	void outcomeOfAResolvedCallIsNotStored() {
		DurableApproval call = decided();
		perform(call, (approved, claim) -> {
			assertThat(claim.getAsBoolean()).isTrue();
			run((other, unused) -> Result.DONE).lost(call.id(), 1);
			// A transaction in the thread of the run would belong to it
			CompletableFuture.runAsync(() -> this.instance.approvals().resolve(call.id(), Resolution.DID_NOT_RUN))
				.join();
			return Result.DONE;
		});
		assertEnded(call, DurableState.RESOLVED, "DID_NOT_RUN");
	}

	private void assertRuns(DurableApproval call) {
		assertThat(perform(call, claiming(Result.DONE))).isNull();
		assertEnded(call, DurableState.DONE, null);
	}

	private void assertNotRun(DurableApproval call) {
		assertThat(perform(call, claiming(Result.DONE))).isNull();
		assertThat(this.started).isEmpty();
		assertEnded(call, DurableState.REFUSED, "NOT_VERIFIED");
	}

	private ApprovedCalls claiming(Result result) {
		return (approved, claim) -> {
			if (!claim.getAsBoolean()) {
				return Result.NOT_STARTED;
			}
			this.started.add(approved.id());
			return result;
		};
	}

	private @Nullable NextStep perform(DurableApproval call, ApprovedCalls calls) {
		return perform(call.id(), calls);
	}

	private @Nullable NextStep perform(String id, ApprovedCalls calls) {
		return run(calls).perform(id, 1);
	}

	private RunStep run(ApprovedCalls calls) {
		return this.instance.run(calls, new StandingTicker() {

			@Override
			public void sleep(Duration duration) {
				RunStepResultTests.this.pauses.add(duration);
			}

		});
	}

}
