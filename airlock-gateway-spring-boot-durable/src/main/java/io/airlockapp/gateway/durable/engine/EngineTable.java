/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;

/**
 * Enumeration of the engine's tables. Each has its own threads, so that a slow method
 * never delays a decision.
 */
enum EngineTable {

	ASK("AIRLOCK_DURABLE_ASK"), RUN("AIRLOCK_DURABLE_RUN");

	private final String tableName;

	EngineTable(String tableName) {
		this.tableName = tableName;
	}

	String tableName() {
		return this.tableName;
	}

	/**
	 * Configure a scheduler to use this table. Executions have no data that could be
	 * deserialized, and a pool without auto commit does not lose their changes.
	 */
	SchedulerBuilder configure(SchedulerBuilder builder, JdbcCustomization statements) {
		return builder.tableName(this.tableName)
			.serializer(new NoDataSerializer())
			.enablePriority()
			.jdbcCustomization(statements)
			.commitWhenAutocommitDisabled(true);
	}

	static EngineTable of(Step step) {
		return switch (step) {
			case ASK_FIRST, ASK, ESCALATE -> ASK;
			case RUN, NOTIFY -> RUN;
		};
	}

}
