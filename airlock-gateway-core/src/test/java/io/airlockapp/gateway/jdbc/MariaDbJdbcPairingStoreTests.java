/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcPairingStore} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@OnMariaDb
class MariaDbJdbcPairingStoreTests extends AbstractJdbcPairingStoreTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(System.getProperty("test.mariadb"));
	}

}
