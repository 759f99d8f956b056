/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdbcDurableStatistics} on H2, and on the servers that are given by
 * {@code -Dtest.postgres} and {@code -Dtest.mariadb}, if any.
 */
class JdbcDurableStatisticsTests {

	private static final Instant NOW = TestCalls.NOW;

	static Stream<String> platforms() {
		return Stream.of("h2", "postgres", "mariadb")
			.filter((platform) -> "h2".equals(platform) || System.getProperty("test." + platform) != null);
	}

	private static TestDatabase database(String platform) {
		return switch (platform) {
			case "postgres" -> TestDatabase.postgres();
			case "mariadb" -> TestDatabase.mariaDb();
			default -> TestDatabase.h2();
		};
	}

	@ParameterizedTest
	@MethodSource("platforms")
	void readsTables(String platform) {
		try (TestDatabase database = database(platform)) {
			JdbcDurableCallStore store = new JdbcDurableCallStore(database.dataSource(), TestCalls.STORE_KEY, List.of(),
					false, Persons.unknown());
			JdbcDurableStatistics source = new JdbcDurableStatistics(store, database.dataSource());
			assertThat(source.get()).isEqualTo(new DurableStatistics(Map.of(), null, null, 0, 0));
			store.insert(TestCalls.call("req-1", NOW.minusSeconds(60), NOW.plusSeconds(60)));
			store.insert(TestCalls.call("req-2", NOW.minusSeconds(30), NOW.plusSeconds(60)));
			store.insert(TestCalls.call("req-3", NOW.minusSeconds(90), NOW.plusSeconds(60)));
			store.seal(TestCalls.ballot("req-3"), TestCalls.artifact("data"));
			store.submitted(TestCalls.ballot("req-3"), NOW);
			step(database, "airlock-ask", "req-3", NOW.minusSeconds(50), true, 2);
			step(database, "airlock-clean", "recurring", NOW, false, 1);
			step(database, "airlock-sweep", "recurring-2", NOW, false, 1);
			step(database, "airlock-tell", "req-4", NOW.minusSeconds(5), false, 1);
			DurableStatistics statistics = source.get();
			assertThat(statistics.count(DurableState.RECORDED)).isEqualTo(2);
			assertThat(statistics.count(DurableState.SUBMITTED)).isEqualTo(1);
			assertThat(statistics.count(DurableState.UNKNOWN)).isZero();
			assertThat(statistics.oldestUnsent()).isEqualTo(NOW.minusSeconds(60));
			assertThat(statistics.earliestDue()).isEqualTo(NOW.minusSeconds(5));
			assertThat(statistics.failing()).isEqualTo(1);
			assertThat(statistics.unhandled()).isEqualTo(1);
		}
	}

	private static void step(TestDatabase database, String task, String id, Instant time, boolean picked,
			int failures) {
		Step step = task.startsWith("airlock-tell") ? Step.NOTIFY : Step.ASK;
		new WorkerTransactions(database.dataSource()).executeWithoutResult(
				(status) -> new DbStepScheduler(new BoundJdbcTemplate(database.dataSource()), () -> NOW).schedule(step,
						id, time));
		database.elsewhere()
			.update("UPDATE AIRLOCK_DURABLE_%s SET TASK_NAME = ?, PICKED = ?, CONSECUTIVE_FAILURES = ? WHERE TASK_INSTANCE = ?"
				.formatted((step == Step.ASK) ? "ASK" : "RUN"), task, picked, failures, id);
	}

}
