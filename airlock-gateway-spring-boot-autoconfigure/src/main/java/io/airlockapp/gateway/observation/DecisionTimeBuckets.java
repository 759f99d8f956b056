/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.time.Duration;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * Configures the buckets of the approval timer for decisions of people, which take
 * seconds to minutes, unless the application configures its own.
 */
public final class DecisionTimeBuckets implements MeterFilter {

	private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
		.serviceLevelObjectives(nanos(Stream.of(1, 5, 15, 30, 60, 120, 300, 600, 1800)))
		.build();

	private static double[] nanos(Stream<Integer> seconds) {
		return seconds.map(Duration::ofSeconds).mapToDouble(Duration::toNanos).toArray();
	}

	@Override
	public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
		return "airlock.approval".equals(id.getName()) ? config.merge(BUCKETS) : config;
	}

}
