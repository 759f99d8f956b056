/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.UUID;

/**
 * Tests for {@link JdbcRequestBudget} on H2.
 */
class H2JdbcRequestBudgetTests extends AbstractJdbcRequestBudgetTests {

	@Override
	String url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

}
