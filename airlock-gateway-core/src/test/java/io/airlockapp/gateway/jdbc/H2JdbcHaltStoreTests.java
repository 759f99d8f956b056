/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Tests for {@link JdbcHaltStore} on H2.
 */
class H2JdbcHaltStoreTests extends AbstractJdbcHaltStoreTests {

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(this.url);
	}

}
