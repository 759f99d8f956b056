/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts the statements of an application, if {@code count-statements} is set.
 */
class StatementCounter implements BeanPostProcessor {

	private final AtomicLong statements = new AtomicLong();

	private final boolean enabled;

	StatementCounter(Environment environment) {
		this.enabled = environment.containsProperty("count-statements");
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (this.enabled && bean instanceof DataSource dataSource) ? new CountingDataSource(dataSource) : bean;
	}

	long count() {
		return this.statements.get();
	}

	private <T> T proxy(Class<T> type, Object target, InvocationHandler before) {
		return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> {
					try {
						Object result = method.invoke(target, arguments);
						Object replaced = before.invoke(result, method, arguments);
						return (replaced != null) ? replaced : result;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				}));
	}

	private Connection count(Connection connection) {
		return proxy(Connection.class, connection, (result, method, arguments) -> {
			if (result instanceof PreparedStatement) {
				return count(PreparedStatement.class, result);
			}
			return (result instanceof Statement) ? count(Statement.class, result) : null;
		});
	}

	private <T> T count(Class<T> type, Object statement) {
		return proxy(type, statement, (result, method, arguments) -> {
			if (method.getName().startsWith("execute")) {
				this.statements.incrementAndGet();
			}
			return null;
		});
	}

	/**
	 * {@link DataSource} whose statements are counted.
	 */
	private final class CountingDataSource extends DelegatingDataSource {

		CountingDataSource(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		public Connection getConnection() throws SQLException {
			return count(super.getConnection());
		}

	}

}
