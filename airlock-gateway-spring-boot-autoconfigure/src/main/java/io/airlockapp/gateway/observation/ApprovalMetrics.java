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
 * {@link MeterBinder} for the meters that complement the observations: {@code
 * airlock.approvals.pending}, the number of pending approvals, and {@code
 * airlock.heartbeats}, the number of heartbeats that succeeded and failed.
 *
 * @param pending the pending approvals
 * @param halt the switch that halts all guarded methods
 * @param heartbeat the heartbeat, if there is one
 */
public record ApprovalMetrics(PendingApprovals pending, Halt halt,
		@Nullable PresenceHeartbeat heartbeat) implements MeterBinder {

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("airlock.approvals.pending", this.pending, (approvals) -> approvals.list().size())
			.description("Approvals that are pending.")
			.register(registry);
		Gauge.builder("airlock.halted", this.halt, (switched) -> (switched.find() != null) ? 1 : 0)
			.description("Whether an operator has halted all guarded methods.")
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
