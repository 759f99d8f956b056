/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SmartDataSource;

/**
 * {@link DataSource} whose connections fail if the database does not respond, even if the
 * network drops all packets: the timeout of a statement is that of the database, or of a
 * message to it. A pool gets each connection back with its own timeouts.
 */
final class TimeLimitedDataSource extends DelegatingDataSource implements SmartDataSource {

	private final Map<Connection, Timeouts> timeouts = new ConcurrentHashMap<>();

	private final int milliseconds;

	TimeLimitedDataSource(DataSource dataSource, Duration timeout) {
		super(dataSource);
		this.milliseconds = Math.toIntExact(timeout.toMillis());
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		try (Statement statement = connection.createStatement()) {
			Timeouts before = new Timeouts(connection.getNetworkTimeout(), statement.getQueryTimeout());
			connection.setNetworkTimeout(Runnable::run, this.milliseconds);
			this.timeouts.put(connection, before);
		}
		catch (SQLFeatureNotSupportedException | UnsupportedOperationException | AbstractMethodError ex) {
			// The timeout of the database remains
		}
		catch (Throwable ex) {
			connection.close();
			throw ex;
		}
		return connection;
	}

	@Override
	public boolean shouldClose(Connection connection) {
		Timeouts before = this.timeouts.remove(connection);
		if (before != null) {
			try (Statement statement = connection.createStatement()) {
				connection.setNetworkTimeout(Runnable::run, before.network());
				// H2 applies that of a statement to its connection
				statement.setQueryTimeout(before.query());
			}
			catch (SQLException ex) {
				// A broken connection cannot be used again
			}
		}
		return true;
	}

	private record Timeouts(int network, int query) {
	}

}
