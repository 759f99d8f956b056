/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.jdbc.Tables;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link DurableInstancesTests} with a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
class MariaDbDurableInstancesTests extends DurableInstancesTests {

	@Override
	String createDatabase(String name) {
		return Tables.createMariaDb();
	}

	@Override
	void dropDatabase(JdbcTemplate jdbc, String name, String url) {
		Tables.dropMariaDb(url);
	}

}
