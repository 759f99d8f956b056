/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

/**
 * Tests for {@link JdbcRequestBudget} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@OnMariaDb
class MariaDbJdbcRequestBudgetTests extends AbstractJdbcRequestBudgetTests {

	@Override
	String url() {
		return System.getProperty("test.mariadb");
	}

}
