/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.util.List;
import java.util.Map;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run of test classes inside of a test.
 */
final class TestRun {

	private final EngineExecutionResults results;

	private TestRun(EngineExecutionResults results) {
		this.results = results;
	}

	static TestRun of(Class<?>... testClasses) {
		return of(Map.of(), testClasses);
	}

	/**
	 * Run classes at the same time, as far as they allow it.
	 */
	static TestRun concurrently(Class<?>... testClasses) {
		String prefix = "junit.jupiter.execution.parallel.";
		return of(Map.of(prefix + "enabled", "true", prefix + "mode.default", "concurrent", prefix + "config.strategy",
				"fixed", prefix + "config.fixed.parallelism", "4"), testClasses);
	}

	private static TestRun of(Map<String, String> parameters, Class<?>... testClasses) {
		EngineTestKit.Builder engine = EngineTestKit.engine("junit-jupiter").configurationParameters(parameters);
		for (Class<?> testClass : testClasses) {
			engine.selectors(DiscoverySelectors.selectClass(testClass));
		}
		return new TestRun(engine.execute());
	}

	void assertSucceeded(int tests) {
		assertThat(failures()).isEmpty();
		this.results.testEvents().assertStatistics((statistics) -> statistics.succeeded(tests));
	}

	<T extends Throwable> T onlyFailure(Class<T> type) {
		List<Throwable> failures = failures();
		assertThat(failures).singleElement().isInstanceOf(type);
		return type.cast(failures.get(0));
	}

	private List<Throwable> failures() {
		return this.results.allEvents()
			.failed()
			.stream()
			.map((event) -> event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow())
			.toList();
	}

}
