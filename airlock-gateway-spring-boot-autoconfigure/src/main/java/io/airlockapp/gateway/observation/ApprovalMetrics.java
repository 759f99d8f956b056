/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * {@link MeterBinder} for the meters that complement the observations: the number of
 * pending approvals, whether guarded methods are halted or bypassed, and the number of
 * heartbeats that succeeded and failed.
 *
 * @param pending the pending approvals
 * @param halt the switch that halts all guarded methods
 * @param bypassed whether guarded methods run without approval
 * @param heartbeat the heartbeat, if there is one
 */
public record ApprovalMetrics(PendingApprovals pending, Halt halt, boolean bypassed,
		@Nullable PresenceHeartbeat heartbeat) implements MeterBinder {

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("airlock.approvals.pending", this.pending, (approvals) -> approvals.list().size())
			.description("Approvals that are pending.")
			.register(registry);
		Gauge.builder("airlock.halted", this.halt, (switched) -> (switched.find() != null) ? 1 : 0)
			.description("Whether an operator has halted all guarded methods.")
			.register(registry);
		Gauge.builder("airlock.bypassed", () -> this.bypassed ? 1 : 0)
			.description("Whether guarded methods run without approval.")
			.register(registry);
		if (this.heartbeat != null) {
			FunctionCounter.builder("airlock.heartbeats", this.heartbeat, PresenceHeartbeat::getSuccesses)
				.tag("outcome", "success")
				.description("Heartbeats by result.")
				.register(registry);
			FunctionCounter.builder("airlock.heartbeats", this.heartbeat, PresenceHeartbeat::getFailures)
				.tag("outcome", "failure")
				.description("Heartbeats by result.")
				.register(registry);
		}
	}

}
