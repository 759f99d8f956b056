/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Source of {@link DurableStatistics} that reads the tables of the calls and of their
 * steps.
 */
public final class JdbcDurableStatistics implements Supplier<DurableStatistics> {

	private final DurableCallStore store;

	private final JdbcClient client;

	/**
	 * Create a source.
	 * @param store the store of calls
	 * @param dataSource the database
	 */
	public JdbcDurableStatistics(DurableCallStore store, DataSource dataSource) {
		this.store = store;
		this.client = JdbcClient.create(dataSource);
	}

	@Override
	public DurableStatistics get() {
		Steps ask = steps("AIRLOCK_DURABLE_ASK");
		Steps run = steps("AIRLOCK_DURABLE_RUN");
		Instant earliestDue = Stream.of(ask, run)
			.map(Steps::earliestDue)
			.filter(Objects::nonNull)
			.min(Comparator.naturalOrder())
			.orElse(null);
		return new DurableStatistics(this.store.countOpen(), oldestUnsent(), earliestDue, ask.failing(),
				run.handlers());
	}

	private @Nullable Instant oldestUnsent() {
		return this.client.sql("SELECT MIN(RECORDED_AT) FROM AIRLOCK_DURABLE WHERE STATE = 'RECORDED'")
			.query(Long.class)
			.optional()
			.map(Instant::ofEpochMilli)
			.orElse(null);
	}

	private Steps steps(String table) {
		return this.client
			.sql("SELECT MIN(CASE WHEN PICKED = FALSE THEN EXECUTION_TIME END), "
					+ "COUNT(CASE WHEN CONSECUTIVE_FAILURES > 0 AND TASK_NAME IN (:steps) THEN 1 END), "
					+ "COUNT(CASE WHEN TASK_NAME = :handlers THEN 1 END) FROM " + table)
			.param("steps", Arrays.stream(Step.values()).map(Step::taskName).toList())
			.param("handlers", Step.NOTIFY.taskName())
			.query((row, number) -> {
				Timestamp time = row.getTimestamp(1, Calendar.getInstance(TimeZone.getTimeZone("UTC"), Locale.ROOT));
				return new Steps((time != null) ? time.toInstant() : null, row.getInt(2), row.getInt(3));
			})
			.single();
	}

	private record Steps(@Nullable Instant earliestDue, int failing, int handlers) {
	}

}
