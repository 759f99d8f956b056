/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * {@link DataSource} with simulated time of its database.
 */
final class SimulatedTimeDataSource extends DelegatingDataSource {

	private static final DateTimeFormatter LITERAL = DateTimeFormatter
		.ofPattern("'TIMESTAMP WITH TIME ZONE '''yyyy-MM-dd HH:mm:ss.SSSxxx''")
		.withZone(ZoneOffset.UTC);

	private InstantSource time = () -> Instant.EPOCH;

	private int uses;

	SimulatedTimeDataSource(DataSource database) {
		super(database);
	}

	void time(InstantSource time) {
		this.time = time;
	}

	/**
	 * Return how often a statement used the time.
	 */
	int uses() {
		return this.uses;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement")) {
						arguments[0] = inSimulatedTime((String) arguments[0]);
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private String inSimulatedTime(String sql) {
		if (sql.contains("CURRENT_TIMESTAMP")) {
			this.uses++;
		}
		return sql.replace("CURRENT_TIMESTAMP", LITERAL.format(this.time.instant()));
	}

}
