/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DurableMetrics}.
 */
class DurableMetricsTests {

	private static final Path DIRECTORY = Path.of("..", "docs", "grafana");

	private static final Pattern METRIC = Pattern.compile("airlock_durable_[a-z_]+");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@ParameterizedTest
	@ValueSource(strings = { "alerts.yml", "dashboard.json" })
	void metricsOfAlertsAndDashboardExistFromStart(String file) throws IOException {
		new DurableMetrics(mock(DurableMonitor.class)).bindTo(this.registry);
		Set<String> names = METRIC.matcher(Files.readString(DIRECTORY.resolve(file)))
			.results()
			.map((metric) -> metric.group().replaceAll("_(total|seconds)$", "").replace('_', '.'))
			.collect(Collectors.toSet());
		// The timer of an observation
		names.remove("airlock.durable.run.seconds.count");
		assertThat(names).hasSizeGreaterThan(3)
			.allSatisfy((name) -> assertThat(this.registry.find(name).meters()).isNotEmpty());
	}

	@Test
	void countersBeginWithZero() {
		new DurableMetrics(mock(DurableMonitor.class)).bindTo(this.registry);
		assertThat(List.of("airlock.durable.unverified", "airlock.durable.failed", "airlock.durable.unstarted"))
			.allSatisfy((name) -> assertThat(this.registry.get(name).functionCounter().count()).isZero());
	}

}
