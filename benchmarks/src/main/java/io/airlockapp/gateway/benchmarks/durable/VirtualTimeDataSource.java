/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * {@link DataSource} whose database has virtual time.
 */
final class VirtualTimeDataSource extends DelegatingDataSource {

	private final InstantSource clock;

	VirtualTimeDataSource(DataSource database, InstantSource clock) {
		super(database);
		this.clock = clock;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement")) {
						arguments[0] = ((String) arguments[0]).replace("CURRENT_TIMESTAMP",
								"TIMESTAMP WITH TIME ZONE '%s'"
									.formatted(this.clock.instant().toString().replace('T', ' ')));
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
