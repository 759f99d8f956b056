/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.ApprovalListener.Attempt;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the listener that {@link ApprovalListener#of} returns.
 */
class CompositeApprovalListenerTests {

	private final List<String> notified = new ArrayList<>();

	private final ApprovalRequest request = ApprovalRequest.builder("Pay out", "payOut").build();

	private final ApprovalOutcome outcome = ApprovalOutcome.failed(new ApprovalTimeoutException("Too late", "req-1"),
			Duration.ofHours(2));

	@Test
	void everyListenerIsNotifiedOfALaterDecisionAlthoughOneFails() {
		ApprovalListener failing = (request, artifactType) -> {
			throw new LinkageError("of the listener");
		};
		ApprovalListener other = (request, artifactType) -> (ended) -> this.notified
			.add("%s after %s".formatted(ended.requestId(), ended.elapsed()));
		ApprovalListener.of(List.of(failing, other)).onDecidedLater(this.request, "command.review", this.outcome);
		assertThat(this.notified).containsExactly("req-1 after PT2H");
	}

	@Test
	void beginWhenTraceValueIsNullOmitsIt() {
		ApprovalListener failing = (request, artifactType) -> trace(Collections.singletonMap("traceparent", null));
		ApprovalListener other = (request, artifactType) -> trace(Map.of("tracestate", "a=b"));
		assertThat(ApprovalListener.of(List.of(failing, other)).begin(this.request, "command.review").trace())
			.containsExactly(Map.entry("tracestate", "a=b"));
	}

	private static Attempt trace(Map<String, String> trace) {
		return new Attempt() {

			@Override
			public Map<String, String> trace() {
				return trace;
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
			}

		};
	}

	@Test
	void listenerCanDistinguishALaterDecisionFromOneThatAThreadWaitedFor() {
		ApprovalListener distinguishing = new ApprovalListener() {

			@Override
			public Attempt begin(ApprovalRequest request, String artifactType) {
				throw new AssertionError("not begun");
			}

			@Override
			public void onDecidedLater(ApprovalRequest request, String artifactType, ApprovalOutcome outcome) {
				CompositeApprovalListenerTests.this.notified.add("later");
			}

		};
		ApprovalListener.logging(ApprovalListener.of(List.of(distinguishing)))
			.onDecidedLater(this.request, "command.review", this.outcome);
		assertThat(this.notified).containsExactly("later");
	}

	@Test
	void resumeDoesNotBeginAttempt() {
		ApprovalListener other = (request, artifactType) -> {
			throw new AssertionError("not begun");
		};
		ApprovalListener resumed = new ApprovalListener() {

			@Override
			public Attempt begin(ApprovalRequest request, String artifactType) {
				throw new AssertionError("not begun");
			}

			@Override
			public Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
				return new Attempt() {

					@Override
					public void escalated(int step, List<String> pairings, boolean unavailable) {
						CompositeApprovalListenerTests.this.notified.add(requestId + " " + pairings);
					}

					@Override
					public void ended(ApprovalOutcome outcome) {
					}

				};
			}

		};
		ApprovalListener.logging(ApprovalListener.of(List.of(other, resumed)))
			.resume(this.request, "command.review", "call-1")
			.escalated(1, List.of("ann"), false);
		assertThat(this.notified).containsExactly("call-1 [ann]");
	}

}
