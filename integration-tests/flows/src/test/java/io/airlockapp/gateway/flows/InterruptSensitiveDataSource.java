/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A database that fails whenever the thread that uses it is interrupted, as the files of
 * H2 and the sockets of virtual threads do.
 */
final class InterruptSensitiveDataSource extends DelegatingDataSource {

	private final AtomicInteger uses = new AtomicInteger();

	private final AtomicInteger interrupts = new AtomicInteger();

	/**
	 * Called in the thread that uses the database.
	 */
	private volatile Runnable onUse = () -> {
	};

	InterruptSensitiveDataSource(DataSource target) {
		super(target);
	}

	int uses() {
		return this.uses.get();
	}

	/**
	 * Return how often an interrupted thread used the database.
	 */
	int interrupts() {
		return this.interrupts.get();
	}

	void onUse(Runnable action) {
		this.onUse = action;
	}

	@Override
	public Connection getConnection() throws SQLException {
		check();
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (!method.getName().equals("close")) {
						check();
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
					finally {
						if (!method.getName().equals("close")) {
							check();
						}
					}
				});
	}

	private void check() throws SQLException {
		this.uses.incrementAndGet();
		this.onUse.run();
		if (Thread.currentThread().isInterrupted()) {
			this.interrupts.incrementAndGet();
			throw new SQLException("The thread is interrupted");
		}
	}

}
