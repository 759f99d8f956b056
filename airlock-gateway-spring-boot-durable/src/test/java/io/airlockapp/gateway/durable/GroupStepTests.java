/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.NextStep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of tests for a call that a group decides on, each of whose pairings is that of a
 * phone.
 */
abstract class GroupStepTests extends StepTests {

	static final List<String> PHONES = List.of("ann", "bob", "cleo", "cleo-2");

	final List<ApprovedCall> started = new ArrayList<>();

	String id;

	@BeforeEach
	void pair() {
		PHONES.forEach(this::pair);
	}

	final void pair(String name) {
		this.instance.phones.put(name, this.instance.gateway.pair(name));
	}

	final DurableApproval record(String approvers) {
		return record(approvers, null);
	}

	final DurableApproval record(String approvers, @Nullable String requester) {
		DurableApproval recorded = this.instance.record(TestInstance.call(approvers, requester));
		this.id = recorded.id();
		return recorded;
	}

	/**
	 * Perform the step that opens the ballots of a recorded call.
	 */
	final void open() {
		this.ask.perform(this.id);
	}

	final DurableCall call() {
		return this.instance.store.findCall(this.id);
	}

	final DurableState state() {
		return this.instance.state(this.id);
	}

	/**
	 * Return the ids of the ballots by their pairings.
	 */
	final Map<String, String> ballots() {
		return call().ballots().stream().collect(Collectors.toMap(StoredBallot::pairing, StoredBallot::id));
	}

	final String ballot(String name) {
		return ballots().get(name);
	}

	final @Nullable NextStep perform(String name) {
		return this.ask.perform(ballot(name));
	}

	void submit() {
		new ArrayList<>(ballots().values()).forEach((ballot) -> assertThat(this.ask.perform(ballot)).isNotNull());
	}

	void submit(String... names) {
		for (String name : names) {
			assertThat(perform(name)).isNotNull();
		}
	}

	/**
	 * Let a request be decided, which the call does not know yet.
	 */
	final void decideOn(String name, String decision) {
		assertThat(this.instance.gateway.decide(ballot(name), decision, name)).isTrue();
	}

	void vote(String name, String decision) {
		vote(name, decision, name);
	}

	void vote(String name, String decision, String phone) {
		String ballot = ballot(name);
		assertThat(this.instance.gateway.decide(ballot, decision, phone)).isTrue();
		assertThat(this.ask.perform(ballot)).isNull();
		this.instance.pass(Duration.ofSeconds(1));
	}

	/**
	 * Let several persons approve, one after the other.
	 */
	final void approve(String... names) {
		for (String name : names) {
			vote(name, "approve");
		}
	}

	final void run() {
		this.instance.run((approved, claim) -> {
			this.started.add(approved);
			return claim.getAsBoolean() ? ApprovedCalls.Result.DONE : ApprovedCalls.Result.NOT_STARTED;
		}, new StandingTicker()).perform(this.id, 1);
	}

}
