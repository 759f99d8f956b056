package io.airlockapp.gateway.durable.jdbc;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdbcDurableStatistics} on H2, and on the PostgreSQL that is given by
 * {@code -Dtest.postgres}, if any.
 */
class JdbcDurableStatisticsTests {

	private static final Instant NOW = TestCalls.NOW;

	static Stream<String> platforms() {
		return (System.getProperty("test.postgres", "").isEmpty()) ? Stream.of("h2") : Stream.of("h2", "postgresql");
	}

	@ParameterizedTest
	@MethodSource("platforms")
	void readsTables(String platform) {
		try (TestDatabase database = "h2".equals(platform) ? TestDatabase.h2() : TestDatabase.postgres()) {
			JdbcDurableCallStore store = new JdbcDurableCallStore(database.dataSource(), TestCalls.STORE_KEY, List.of(),
					false);
			JdbcDurableStatistics source = new JdbcDurableStatistics(store, database.dataSource());
			assertThat(source.get()).isEqualTo(new DurableStatistics(Map.of(), null, null, 0));
			store.insert(TestCalls.call("req-1", NOW.minusSeconds(60), NOW.plusSeconds(60)));
			store.insert(TestCalls.call("req-2", NOW.minusSeconds(30), NOW.plusSeconds(60)));
			store.insert(TestCalls.call("req-3", NOW.minusSeconds(90), NOW.plusSeconds(60)));
			store.submitted("req-3", NOW);
			step(database.elsewhere(), "ASK", "airlock-ask", "req-3", NOW.minusSeconds(50), true, 2);
			step(database.elsewhere(), "ASK", "airlock-clean", "recurring", NOW, false, 1);
			step(database.elsewhere(), "ASK", "airlock-sweep", "recurring", NOW, false, 1);
			step(database.elsewhere(), "RUN", "airlock-tell", "req-4", NOW.minusSeconds(5), false, 1);
			DurableStatistics statistics = source.get();
			assertThat(statistics.count(DurableState.RECORDED)).isEqualTo(2);
			assertThat(statistics.count(DurableState.SUBMITTED)).isEqualTo(1);
			assertThat(statistics.count(DurableState.UNKNOWN)).isZero();
			assertThat(statistics.oldestUnsent()).isEqualTo(NOW.minusSeconds(60));
			assertThat(statistics.earliestDue()).isEqualTo(NOW.minusSeconds(5));
			assertThat(statistics.failing()).isEqualTo(1);
		}
	}

	private static void step(JdbcTemplate jdbc, String table, String task, String id, Instant time, boolean picked,
			int failures) {
		jdbc.update("INSERT INTO AIRLOCK_DURABLE_" + table
				+ " (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, PICKED, CONSECUTIVE_FAILURES, VERSION) VALUES (?, ?, ?, ?, ?, 1)",
				task, id, time.atOffset(ZoneOffset.UTC), picked, failures);
	}

}
