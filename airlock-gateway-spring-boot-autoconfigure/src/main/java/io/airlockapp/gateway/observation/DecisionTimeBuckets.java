/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

/**
 * Configures the buckets of the approval timer for decisions of people, which take
 * seconds to minutes, unless the application configures its own.
 */
public final class DecisionTimeBuckets implements MeterFilter {

	private static final DistributionStatisticConfig BUCKETS = DistributionStatisticConfig.builder()
		// From one second to half an hour, in nanoseconds
		.serviceLevelObjectives(1e9, 5e9, 15e9, 30e9, 60e9, 120e9, 300e9, 600e9, 1800e9)
		.build();

	@Override
	public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
		return "airlock.approval".equals(id.getName()) ? config.merge(BUCKETS) : config;
	}

}
