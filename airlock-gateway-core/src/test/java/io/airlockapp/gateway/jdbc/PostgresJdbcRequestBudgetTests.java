/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

/**
 * Tests for {@link JdbcRequestBudget} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresJdbcRequestBudgetTests extends AbstractJdbcRequestBudgetTests {

	@Override
	String url() {
		return System.getProperty("test.postgres");
	}

}
