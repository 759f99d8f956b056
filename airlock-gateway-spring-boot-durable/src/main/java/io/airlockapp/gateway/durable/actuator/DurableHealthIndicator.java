/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health indicator with details of durable approvals. It is {@code UP}, since these wait
 * in case of trouble, or {@code UNKNOWN} if the database cannot be read.
 */
public final class DurableHealthIndicator extends AbstractHealthIndicator {

	private final DurableMonitor monitor;

	private final Supplier<@Nullable String> askProblem;

	private final Supplier<Set<String>> missingTargets;

	private final Supplier<Set<String>> otherPairings;

	private final InstantSource clock;

	/**
	 * Create an indicator.
	 * @param monitor the monitor
	 * @param askProblem supplies the reason for which the last request of this instance
	 * for a decision failed, or {@code null}
	 * @param missingTargets supplies the guarded methods for which approved calls wait,
	 * and which this instance does not have
	 * @param otherPairings supplies the guarded methods whose calls wait, and for which
	 * another pairing was asked than that of this instance
	 * @param clock the time of day
	 */
	public DurableHealthIndicator(DurableMonitor monitor, Supplier<@Nullable String> askProblem,
			Supplier<Set<String>> missingTargets, Supplier<Set<String>> otherPairings, InstantSource clock) {
		super("The health check of durable approvals failed");
		this.monitor = monitor;
		this.askProblem = askProblem;
		this.missingTargets = missingTargets;
		this.otherPairings = otherPairings;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		DurableMonitor.Reading reading = this.monitor.read();
		DurableStatistics statistics = reading.statistics();
		if (statistics == null) {
			builder.unknown().withDetail("problem", String.valueOf(reading.problem()));
			return;
		}
		builder.up()
			.withDetail("pending", statistics.count(DurableState.RECORDED) + statistics.count(DurableState.SUBMITTED))
			.withDetail("approved", statistics.count(DurableState.DECIDED));
		if (statistics.oldestUnsent() != null) {
			builder.withDetail("oldestUnsent",
					format(Duration.between(statistics.oldestUnsent(), this.clock.instant())));
		}
		Duration lag = this.monitor.getLag();
		if (lag != null) {
			builder.withDetail("lag", format(lag));
		}
		addProblems(builder, statistics);
	}

	private void addProblems(Health.Builder builder, DurableStatistics statistics) {
		int unknown = statistics.count(DurableState.UNKNOWN);
		builder.withDetail("unknown", unknown);
		if (unknown > 0) {
			builder.withDetail("warning",
					"The outcome of these calls is not known, because the process that ran them stopped, an interceptor hides it, or the end of its transaction was not seen: "
							+ "find out whether they ran, and use the operation 'resolve' of the endpoint 'airlock'");
		}
		if (statistics.failing() > 0) {
			builder.withDetail("failing", statistics.failing());
		}
		if (statistics.unhandled() > 0) {
			builder.withDetail("unhandled", statistics.unhandled());
		}
		String problem = this.askProblem.get();
		if (problem != null) {
			builder.withDetail("askProblem", problem);
		}
		addWaiting(builder, "target", this.missingTargets,
				"Approved calls wait for methods that this instance does not have, has for other approvers or with other "
						+ "arguments or texts, or does not know all signed members of: %s. If no instance does, they end as REFUSED after their grace period");
		addWaiting(builder, "pairing", this.otherPairings,
				"Calls wait for an instance with the pairing that was asked, because this one has none of that name, or "
						+ "another: %s. If no instance has it, the calls end after their grace period");
	}

	private static void addWaiting(Health.Builder builder, String name, Supplier<Set<String>> gates, String warning) {
		Set<String> waiting;
		try {
			waiting = gates.get();
		}
		catch (Exception ex) {
			// The numbers may be older than a failure of the database
			builder.withDetail(name + "Problem", AirlockGatewayException.safeMessage(ex));
			return;
		}
		if (!waiting.isEmpty()) {
			builder.withDetail(name + "Warning", warning.formatted(String.join(", ", waiting)));
		}
	}

	private static String format(Duration duration) {
		return Math.max(0, duration.toSeconds()) + " s";
	}

}
