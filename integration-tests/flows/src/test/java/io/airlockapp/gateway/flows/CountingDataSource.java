/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts the connections that are asked for.
 */
class CountingDataSource extends DelegatingDataSource {

	private final AtomicInteger connections = new AtomicInteger();

	CountingDataSource(DataSource target) {
		super(target);
	}

	@Override
	public Connection getConnection() throws SQLException {
		this.connections.incrementAndGet();
		return super.getConnection();
	}

	int connections() {
		return this.connections.get();
	}

}
