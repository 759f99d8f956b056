/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovalEvent;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.core.Ordered;

/**
 * {@link MeterBinder} for the meters of durable approvals. The gauges report on all
 * instances, so each instance reports the same values; the others report on this
 * instance. No meter has a tag with a value of a call.
 */
public final class DurableMetrics
		implements MeterBinder, ApplicationListener<PayloadApplicationEvent<DurableApprovalEvent>>, Ordered {

	private static final Set<DurableState> DECIDED = EnumSet.of(DurableState.DECIDED, DurableState.DENIED);

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	/**
	 * Counted apart from other ends, so that the series exists from the start.
	 */
	private final LongAdder failed = new LongAdder();

	private final LongAdder unstarted = new LongAdder();

	private final DurableMonitor monitor;

	/**
	 * Create a binder.
	 * @param monitor the monitor
	 */
	public DurableMetrics(DurableMonitor monitor) {
		this.monitor = monitor;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (DurableState state : DurableState.open()) {
			if (state != DurableState.UNKNOWN) {
				count("airlock.durable.pending", state, "Durable approvals that have not ended, by state.")
					.tag("state", tag(state))
					.register(registry);
			}
		}
		count("airlock.durable.unknown", DurableState.UNKNOWN, "Calls whose outcome is not known.").register(registry);
		TimeGauge.builder("airlock.durable.lag", this.monitor, TimeUnit.MILLISECONDS, DurableMetrics::lag)
			.description("Time by which the earliest due step is late.")
			.register(registry);
		FunctionCounter.builder("airlock.durable.unverified", this.monitor, DurableMonitor::getUnverified)
			.description("Decisions that do not verify.")
			.register(registry);
		FunctionTimer
			.builder("airlock.durable.budget.wait", this.monitor, DurableMonitor::getBudgetTurns,
					(monitor) -> monitor.getBudgetWait().toMillis(), TimeUnit.MILLISECONDS)
			.description("Time until the turns of requests in the budget of all instances.")
			.register(registry);
		FunctionCounter.builder("airlock.durable.failed", this.failed, LongAdder::sum)
			.description("Calls that ended because their method failed.")
			.register(registry);
		FunctionCounter.builder("airlock.durable.unstarted", this.unstarted, LongAdder::sum)
			.description("Approved calls that ended without a start.")
			.register(registry);
		this.registries.add(registry);
	}

	private Gauge.Builder<DurableMonitor> count(String name, DurableState state, String description) {
		ToDoubleFunction<DurableMonitor> count = (monitor) -> {
			DurableStatistics statistics = monitor.getStatistics();
			return (statistics != null) ? statistics.count(state) : Double.NaN;
		};
		return Gauge.builder(name, this.monitor, count).description(description);
	}

	private static double lag(DurableMonitor monitor) {
		Duration lag = monitor.getLag();
		return (lag != null) ? lag.toMillis() : Double.NaN;
	}

	@Override
	public void onApplicationEvent(PayloadApplicationEvent<DurableApprovalEvent> event) {
		DurableApproval approval = event.getPayload().approval();
		if (approval.state() == DurableState.RECORDED) {
			// The transaction of the caller is not committed yet
			return;
		}
		if (approval.state() == DurableState.FAILED) {
			this.failed.increment();
		}
		if (approval.endedUnstarted()) {
			this.unstarted.increment();
		}
		Duration decisionTime = decisionTime(approval);
		for (MeterRegistry registry : this.registries) {
			if (decisionTime != null) {
				Timer.builder("airlock.durable.decision.time")
					.description("Time from the recording of calls until their decisions were known.")
					.register(registry)
					.record(decisionTime);
			}
			if (approval.state().isEnded()) {
				registry.counter("airlock.durable.ended", "gate", approval.gate(), "state", tag(approval.state()))
					.increment();
			}
		}
	}

	private static @Nullable Duration decisionTime(DurableApproval approval) {
		// A call that was claimed before starts again after the same decision
		return (DECIDED.contains(approval.state()) && approval.decidedAt() != null && approval.claimedAt() == null)
				? Duration.between(approval.recordedAt(), approval.decidedAt()) : null;
	}

	private static String tag(DurableState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public int getOrder() {
		// A listener of the application may throw an exception
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
