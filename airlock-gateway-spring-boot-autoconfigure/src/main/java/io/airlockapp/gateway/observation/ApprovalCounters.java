/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.util.Assert;

/**
 * {@link MeterBinder} for {@code airlock.approvals}, the number of approvals by outcome,
 * including those of durable calls. All outcomes exist from the start, since an alert
 * does not see a series that begins with 1.
 */
public final class ApprovalCounters implements ApprovalListener, MeterBinder {

	private final Map<ApprovalResult, LongAdder> counts = Arrays.stream(ApprovalResult.values())
		.collect(Collectors.toUnmodifiableMap(Function.identity(), (result) -> new LongAdder()));

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return (outcome) -> adder(outcome.result()).increment();
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (ApprovalResult result : ApprovalResult.values()) {
			FunctionCounter.builder("airlock.approvals", adder(result), LongAdder::sum)
				.tag("outcome", result.name().toLowerCase(Locale.ROOT))
				.description("Approvals by outcome.")
				.register(registry);
		}
	}

	private LongAdder adder(ApprovalResult result) {
		LongAdder count = this.counts.get(result);
		Assert.state(count != null, "Every result has a counter");
		return count;
	}

}
