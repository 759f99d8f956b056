/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcHaltStore} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@OnMariaDb
class MariaDbJdbcHaltStoreTests extends AbstractJdbcHaltStoreTests {

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(System.getProperty("test.mariadb"));
	}

}
