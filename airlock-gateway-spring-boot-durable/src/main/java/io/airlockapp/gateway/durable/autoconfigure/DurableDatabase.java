/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.jdbc.BoundConnections;
import io.airlockapp.gateway.jdbc.TableInitializer;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Database in which calls are recorded.
 *
 * @param dataSource the source of connections
 */
record DurableDatabase(DataSource dataSource) {

	private static final String[] TABLES = { "AIRLOCK_DURABLE", "AIRLOCK_DURABLE_BALLOT", "AIRLOCK_DURABLE_CLAIM",
			"AIRLOCK_DURABLE_COMMIT", "AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN", "AIRLOCK_NONCE",
			"AIRLOCK_REQUEST_BUDGET", "AIRLOCK_HALT" };

	DurableDatabase {
		dataSource = BoundConnections.withoutTransactionAwareness(dataSource);
	}

	/**
	 * Require that all threads use the same database, as workers do. That a thread-bound
	 * key chooses it is known to the application only.
	 * @throws AirlockConfigurationException if the data source chooses a database
	 */
	DurableDatabase requireFixed() {
		DataSource current = this.dataSource;
		while (current instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null) {
			current = delegating.getTargetDataSource();
		}
		if (current instanceof AbstractRoutingDataSource) {
			throw new AirlockConfigurationException(
					"The DataSource chooses a database, so that workers may not find what callers record",
					"Annotate the DataSource bean of one database with '@AirlockDataSource'. "
							+ "If this one chooses the same database for all transactions that write, annotate it.");
		}
		return this;
	}

	/**
	 * Create missing tables, or require that they exist.
	 * @throws AirlockConfigurationException if the database may lose or repeat a claim
	 */
	void initialize(TableInitializer tables) {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		switch (tables.findDatabase(this.dataSource)) {
			case H2 -> requireImmediateWrites(jdbc);
			case MARIADB -> requireSharedLocks(jdbc);
			case POSTGRESQL -> {
			}
		}
		tables.initialize(this.dataSource, TABLES);
	}

	/**
	 * By default, H2 writes commits to its file after half a second. If the process is
	 * killed by then, a claim is lost, and its method would be started again.
	 */
	private static void requireImmediateWrites(JdbcTemplate jdbc) {
		List<String> delays = jdbc.queryForList(
				"SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'",
				String.class);
		if (!Set.of("0").containsAll(delays)) {
			throw new AirlockConfigurationException(
					"H2 writes commits to its file later, and loses them if the process is killed",
					"Add ';WRITE_DELAY=0' to the URL of the database.");
		}
	}

	/**
	 * The nodes of a Galera cluster do not share locks: a run on one node could commit
	 * while its claim is taken back on another one.
	 */
	static void requireSharedLocks(JdbcTemplate jdbc) {
		boolean cluster = jdbc.queryForList("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")
			.stream()
			.anyMatch((variable) -> variable.containsValue("ON"));
		if (cluster) {
			throw new AirlockConfigurationException(
					"The database is a Galera cluster, whose nodes do not share the locks of rows",
					"Use a database with one server that is written to.");
		}
	}

}
