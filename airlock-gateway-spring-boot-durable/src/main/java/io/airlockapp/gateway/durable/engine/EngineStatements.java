/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.MariaDBJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import io.airlockapp.gateway.jdbc.SupportedDatabase;

/**
 * Factory for the statements of db-scheduler that a database supports.
 */
final class EngineStatements {

	private EngineStatements() {
	}

	/**
	 * Return the statements for a database. Columns without a time zone contain times in
	 * UTC, so that all instances read the same.
	 */
	static JdbcCustomization of(DataSource dataSource) {
		return switch (SupportedDatabase.of(dataSource)) {
			case H2 -> new DefaultJdbcCustomization(false);
			case MARIADB -> new MariaDBJdbcCustomization(true);
			case POSTGRESQL -> new PostgreSqlJdbcCustomization(false, false);
		};
	}

}
