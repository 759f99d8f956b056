/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway with an approver, an unreliable network, and an application with a guarded
 * method. The methods of the subclasses are named by the rows of the table in
 * {@code docs/failures.md}.
 */
abstract class FaultTests extends SimulatorTests {

	final LiveThreads threads = new LiveThreads();

	final FaultProxy network = new FaultProxy(this.simulator.baseUrl());

	@RegisterExtension
	final PayoutApplication application = new PayoutApplication();

	@AfterEach
	void stop() {
		this.application.close();
		this.network.close();
		this.simulator.close();
		assertThat(this.simulator.requests()).allSatisfy(FaultTests::assertStrict);
	}

	/**
	 * Start the application behind the network.
	 */
	void start(String... properties) {
		this.application.startAt(this.network.baseUrl(), this.simulator, properties);
	}

	/**
	 * Start the application, whose approver approves everything at once.
	 */
	void startApproving() {
		start();
		approveAll();
	}

	/**
	 * Call the guarded method, which is approved once it is asked about.
	 */
	void approveCallAndAssertRun() {
		CompletableFuture<Void> call = this.application.call();
		approveNext();
		this.application.assertRuns(call);
	}

	/**
	 * Call the guarded method in a thread that can be interrupted.
	 */
	InterruptibleCall startCall() {
		return InterruptibleCall.start(() -> this.application.payouts().payOut("order-1"));
	}

	/**
	 * Assert that so many requests were handled, all of which were withdrawn.
	 */
	void assertWithdrawn(int count) {
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.history()).hasSize(count)
			.allSatisfy((request) -> assertThat(request.outcome()).isEqualTo(HandledRequest.Outcome.WITHDRAWN));
	}

	/**
	 * Absent members are left out, although gateways accept {@code null}.
	 */
	private static void assertStrict(RecordedCall call) {
		if (!call.body().isEmpty()) {
			JsonNode body = HarpJson.mapper().readTree(call.body());
			assertThat(hasNull(body)).as(call.body()).isFalse();
		}
	}

	private static boolean hasNull(JsonNode node) {
		return node.isNull() || node.valueStream().anyMatch(FaultTests::hasNull);
	}

}
