/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.List;

import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.maintenance.MissingStepScheduler;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MissingStepScheduler}: each state whose step is deleted.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingStepSchedulerTests extends StepTests {

	private final MissingStepScheduler missing = this.instance.missingSteps();

	private int starts;

	@Test
	void undecidedCallGetsAskStep() {
		String id = this.instance.record().id();
		for (DurableState state : List.of(DurableState.RECORDED, DurableState.SUBMITTED)) {
			assertState(id, state);
			deleteSteps();
			assertThat(this.missing.schedule()).isEqualTo(1);
			assertStep("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, id);
			this.ask.perform(id);
		}
	}

	@Test
	void cancelledCallGetsAskStep() {
		String id = submitted().id();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'CANCELLING'");
		deleteSteps();
		assertThat(this.missing.schedule()).isEqualTo(1);
		assertStep("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, id);
	}

	@Test
	void approvedCallGetsRunStep() {
		String id = decided("approve");
		deleteSteps();
		assertThat(this.missing.schedule()).isEqualTo(1);
		assertStep("AIRLOCK_DURABLE_RUN", Step.RUN, id);
		run(NOTHING).perform(id, 1);
		assertState(id, DurableState.DONE);
		assertThat(this.starts).isEqualTo(1);
	}

	@Test
	void runningCallWithItsStepIsLeftAlone() {
		String id = decided("approve");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE");
		run(() -> assertThat(this.missing.schedule()).isZero()).perform(id, 1);
		assertState(id, DurableState.DONE);
	}

	@Test
	void claimedCallIsNotStartedAgainAndItsProcessStillStoresTheOutcome() {
		String id = decided("approve");
		run(() -> {
			deleteSteps();
			assertThat(this.missing.schedule()).isEqualTo(1);
			assertStep("AIRLOCK_DURABLE_RUN", Step.RUN, id);
			run(NOTHING).perform(id, 1);
			assertState(id, DurableState.UNKNOWN);
		}).perform(id, 1);
		assertState(id, DurableState.DONE);
		assertThat(this.starts).isEqualTo(1);
	}

	@Test
	void handlersOfACallThatEndedAreCalledOnce() {
		String id = decided("reject");
		deleteSteps();
		assertThat(this.missing.schedule()).isEqualTo(1);
		assertStep("AIRLOCK_DURABLE_RUN", Step.NOTIFY, id);
		this.instance.notifyHandlers().perform(id);
		deleteSteps();
		assertThat(this.missing.schedule()).isZero();
	}

	@Test
	void unknownOutcomeNeedsNoStep() {
		decided("approve");
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'UNKNOWN'");
		deleteSteps();
		assertThat(this.missing.schedule()).isZero();
	}

	@Test
	void oneOfTwoStepsThatAskIsSufficient() {
		String id = submitted().id();
		this.instance.callers
			.executeWithoutResult((status) -> this.instance.scheduler.schedule(Step.ASK, id, this.instance.now));
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_NAME = 'airlock-ask-first'");
		assertThat(this.missing.schedule()).isZero();
	}

	@Test
	void warnsOnce(CapturedOutput output) {
		submitted();
		assertThat(this.missing.schedule()).isZero();
		assertThat(output).doesNotContain("no scheduled step");
		for (int i = 0; i < 2; i++) {
			deleteSteps();
			this.missing.schedule();
		}
		assertThat(
				output.getAll().lines().filter((line) -> line.contains("WARN") && line.contains("no scheduled step")))
			.hasSize(1);
	}

	private void deleteSteps() {
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_RUN");
	}

	private void assertStep(String table, Step step, String id) {
		assertThat(this.instance.scheduled(table, step, id)).isEqualTo(1);
	}

	private String decided(String answer) {
		String id = this.instance.record().id();
		decide(id, answer);
		// The engine removes the step that asked
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		return id;
	}

	private RunStep run(Runnable method) {
		return this.instance.run((approved, claim) -> {
			if (!claim.getAsBoolean()) {
				return Result.NOT_STARTED;
			}
			this.starts++;
			method.run();
			return Result.DONE;
		}, new StandingTicker());
	}

}
