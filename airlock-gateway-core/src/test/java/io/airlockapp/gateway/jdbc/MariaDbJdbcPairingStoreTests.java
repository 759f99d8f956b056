/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import javax.sql.DataSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcPairingStore} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
class MariaDbJdbcPairingStoreTests extends AbstractJdbcPairingStoreTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(System.getProperty("test.mariadb"));
	}

}
