/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link JdbcTemplate} that executes statements in the transaction of the current thread,
 * also if its connection is bound for another proxy of the {@link DataSource}.
 */
public final class BoundJdbcTemplate extends JdbcTemplate {

	private final BoundConnections connections;

	/**
	 * Create a template.
	 * @param dataSource the database
	 */
	public BoundJdbcTemplate(DataSource dataSource) {
		this.connections = new BoundConnections(dataSource);
	}

	@Override
	public DataSource getDataSource() {
		return this.connections.findDataSource();
	}

}
