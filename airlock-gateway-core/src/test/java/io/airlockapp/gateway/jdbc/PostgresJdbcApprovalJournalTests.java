/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcApprovalJournal} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresJdbcApprovalJournalTests extends AbstractJdbcApprovalJournalTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(System.getProperty("test.postgres"));
	}

}
