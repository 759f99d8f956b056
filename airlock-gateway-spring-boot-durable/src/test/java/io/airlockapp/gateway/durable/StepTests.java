/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

import org.springframework.context.ApplicationEventPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Base of tests that perform the steps of calls one by one.
 */
abstract class StepTests {

	static final Runnable NOTHING = () -> {
	};

	@AutoClose
	final TestInstance instance = new TestInstance();

	final AskStep ask = createAsk();

	AskStep createAsk() {
		return this.instance.ask();
	}

	/**
	 * Record a call that is approved.
	 */
	final DurableApproval decided(DurableContext... contexts) {
		DurableApproval call = this.instance.record(contexts);
		decide(call.id(), "approve");
		assertState(call.id(), DurableState.DECIDED);
		return call;
	}

	/**
	 * Record a call whose request the gateway has accepted.
	 */
	final DurableApproval submitted() {
		DurableApproval call = this.instance.record();
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.SUBMITTED, null);
		this.instance.pass(Duration.ofMinutes(1));
		return call;
	}

	/**
	 * Let a call be approved whose decision is not received yet.
	 */
	final void approve(DurableApproval call) {
		assertThat(this.instance.gateway.decide(call.id(), "approve")).isTrue();
	}

	/**
	 * Let a recorded call be asked about and decided.
	 */
	final void decide(String id, String decision) {
		this.ask.perform(id);
		assertThat(this.instance.gateway.decide(id, decision)).isTrue();
		this.ask.perform(id);
	}

	/**
	 * Return the collaborators with a store that does something else than that of the
	 * instance.
	 */
	final DurableDependencies dependencies(DurableCallStore store) {
		return dependencies(store, this.instance.dependencies.publisher(), this.instance.settings);
	}

	/**
	 * Return the collaborators with a listener of events.
	 */
	final DurableDependencies dependencies(ApplicationEventPublisher events) {
		return dependencies(this.instance.store, new TransitionPublisher(events, ApprovalListener.of(List.of())),
				this.instance.settings);
	}

	final DurableDependencies dependencies(DurableCallStore store, TransitionPublisher publisher,
			DurableSettings settings) {
		return new DurableDependencies(store, this.instance.scheduler, this.instance.transactions, publisher,
				this.instance.dependencies.counts(), settings, this.instance.clock);
	}

	final RunStep run(DurableDependencies dependencies, ApprovedCalls calls) {
		return new RunStep(dependencies, calls, List.of(), this.instance.missingTargets, this.instance.otherPairings,
				new StandingTicker(), TestInstance.MEAN);
	}

	final void assertState(String id, DurableState state) {
		assertThat(this.instance.state(id)).isEqualTo(state);
	}

	final void assertState(String id, DurableState state, @Nullable String problem) {
		DurableApproval found = this.instance.store.find(id);
		assertThat(found.state()).isEqualTo(state);
		assertThat(found.problem()).isEqualTo(problem);
	}

	/**
	 * Assert that the next step of a call that is asked about has to be repeated.
	 */
	final StepFailedException assertFails(DurableApproval call) {
		StepFailedException failure = catchThrowableOfType(StepFailedException.class,
				() -> this.ask.perform(call.id()));
		assertThat(failure).isNotNull();
		return failure;
	}

	/**
	 * Assert that the next step of a call that is asked about is its last one.
	 */
	final void assertEnds(DurableApproval call, DurableState state, @Nullable String problem) {
		assertThat(this.ask.perform(call.id())).isNull();
		assertEnded(call, state, problem);
	}

	/**
	 * Assert that the next step of a call that is asked about is the decision.
	 */
	final void assertBecomesDecided(DurableApproval call) {
		assertThat(this.ask.perform(call.id())).isNull();
		assertState(call.id(), DurableState.DECIDED, null);
	}

	/**
	 * Assert that the call has ended, and that its handlers are to be called.
	 */
	final void assertEnded(DurableApproval call, DurableState state, @Nullable String problem) {
		assertState(call.id(), state, problem);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isEqualTo(1);
	}

}
