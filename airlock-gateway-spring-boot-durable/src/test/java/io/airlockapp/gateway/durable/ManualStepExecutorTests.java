/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.durable.engine.StepTasks;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ManualStepExecutor}.
 */
class ManualStepExecutorTests {

	@AutoClose
	private final TestInstance instance = new TestInstance();

	private final List<String> ended = new ArrayList<>();

	private boolean handlerFails;

	private final ApprovedCalls calls = (call, claim) -> claim.getAsBoolean() ? ApprovedCalls.Result.DONE
			: ApprovedCalls.Result.NOT_STARTED;

	private final ManualStepExecutor executor = new ManualStepExecutor(this.instance.dataSource, this.instance.store,
			new StepTasks(this.instance.scheduler, this.instance.transactions, this.instance.ask(),
					this.instance.escalate(), this.instance.run(this.calls, new StandingTicker()),
					this.instance.notifyHandlers(this::ended), this.instance.clock, TestInstance.MEAN),
			this.instance.clock);

	private void ended(DurableApproval approval, Object decision) {
		if (this.handlerFails) {
			throw new IllegalStateException("The handler fails");
		}
		this.ended.add(approval.id() + " " + approval.state());
	}

	@Test
	void executesTheStepsOfAllCallsUntilNoneChanges() {
		List<DurableApproval> calls = List.of(this.instance.record(), this.instance.record(), this.instance.record());
		this.executor.execute();
		assertThat(calls)
			.allSatisfy((call) -> assertThat(this.instance.state(call.id())).isEqualTo(DurableState.SUBMITTED));
		this.instance.gateway.decide(calls.get(0).id(), "approve");
		this.instance.gateway.decide(calls.get(1).id(), "reject");
		this.executor.execute();
		assertThat(calls).extracting((call) -> this.instance.state(call.id()))
			.containsExactly(DurableState.DONE, DurableState.DENIED, DurableState.SUBMITTED);
		assertThat(this.ended).containsExactlyInAnyOrder(calls.get(0).id() + " DONE", calls.get(1).id() + " DENIED");
		this.executor.execute();
		assertThat(this.ended).hasSize(2);
	}

	@Test
	void failedStepIsRepeatedByTheNextExecution() {
		DurableApproval call = this.instance.record();
		this.executor.execute();
		this.instance.gateway.decide(call.id(), "approve");
		this.handlerFails = true;
		this.executor.execute();
		assertThat(this.instance.state(call.id())).isEqualTo(DurableState.DONE);
		assertThat(this.ended).isEmpty();
		this.handlerFails = false;
		this.executor.execute();
		assertThat(this.ended).containsExactly(call.id() + " DONE");
	}

	@Test
	void executesMoreCallsThanAnEngineHasThreads() {
		for (int i = 0; i < 100; i++) {
			this.instance.record();
		}
		this.executor.execute();
		assertThat(this.instance.store.countOpen()).containsOnlyKeys(DurableState.SUBMITTED);
	}

	@Test
	void callsOfAnOpenTransactionHaveNoSteps() {
		this.instance.callers.executeWithoutResult((status) -> {
			this.instance.record();
			assertThatIllegalStateException().isThrownBy(this.executor::execute).withMessageContaining("transaction");
		});
		assertThat(this.instance.store.countOpen()).containsOnlyKeys(DurableState.RECORDED);
	}

}
