/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * {@link MeterBinder} for {@code airlock.approvals}, the number of approvals by outcome,
 * including those of durable calls. All outcomes exist from the start, since an alert
 * does not see a series that begins with 1. The votes and escalations of groups of
 * approvers are counted by the name of the group.
 */
public final class ApprovalCounters implements ApprovalListener, MeterBinder {

	private static final String OTHER_CONTENT = "OTHER_CONTENT";

	private final AtomicLongArray counts = new AtomicLongArray(ApprovalResult.values().length);

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		String approvers = String.valueOf(request.getApprovers());
		return new Attempt() {

			@Override
			public void voted(ApprovalVote vote) {
				count("airlock.approval.votes", "Votes of approvers of groups.", "approvers", approvers, "verdict",
						vote.verdict().name().toLowerCase(Locale.ROOT), "counted", String.valueOf(vote.counted()));
			}

			@Override
			public void escalated(int step, List<String> pairings, boolean unavailable) {
				count("airlock.approval.escalations", "Steps of escalations that asked more approvers.", "approvers",
						approvers, "step", String.valueOf(step), "cause", unavailable ? "unavailable" : "time");
			}

			@Override
			public void tampered(AirlockGatewayException failure) {
				String kind = (failure.getCause() instanceof DecisionVerificationException cause)
						? cause.getFailure().name() : OTHER_CONTENT;
				ApprovalCounters.this.registries.forEach((registry) -> unverified(registry, kind).increment());
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				ApprovalCounters.this.counts.incrementAndGet(outcome.result().ordinal());
			}

		};
	}

	@Override
	public Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
		return begin(request, artifactType);
	}

	private void count(String name, String description, String... tags) {
		this.registries.forEach(
				(registry) -> Counter.builder(name).tags(tags).description(description).register(registry).increment());
	}

	private static Counter unverified(MeterRegistry registry, String kind) {
		return Counter.builder("airlock.decisions.unverified")
			.tag("failure", kind.toLowerCase(Locale.ROOT))
			.description("Decisions that did not verify while other approvers could decide.")
			.register(registry);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		unverified(registry, OTHER_CONTENT);
		for (Failure failure : Failure.values()) {
			unverified(registry, failure.name());
		}
		for (ApprovalResult result : ApprovalResult.values()) {
			FunctionCounter.builder("airlock.approvals", this.counts, (all) -> all.get(result.ordinal()))
				.tag("outcome", result.name().toLowerCase(Locale.ROOT))
				.description("Approvals by outcome.")
				.register(registry);
		}
	}

}
