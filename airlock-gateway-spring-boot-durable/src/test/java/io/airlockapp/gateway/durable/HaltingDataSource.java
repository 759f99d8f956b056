/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.CrashPoint.Halt;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * {@link DataSource} that halts or pauses the process before or after the commit of a
 * statement, if the table {@code CRASH} contains that point. The row is deleted, so that
 * this happens to one process of all that use the database.
 */
final class HaltingDataSource extends DelegatingDataSource {

	private final JdbcTemplate direct;

	/**
	 * Create a data source.
	 * @param target the data source of the application
	 * @param direct a data source whose connections are independent of it
	 */
	HaltingDataSource(DataSource target, DataSource direct) {
		super(target);
		this.direct = new JdbcTemplate(direct);
	}

	void haltAt(CrashPoint point) {
		List<Boolean> pauses = this.direct.queryForList("DELETE FROM CRASH WHERE POINT = ? RETURNING PAUSE",
				Boolean.class, point.name());
		if (pauses.contains(false)) {
			Runtime.getRuntime().halt(137);
		}
		if (pauses.contains(true)) {
			pause();
		}
	}

	private static void pause() {
		try {
			// The sender of the signal ends after all threads of this process have
			// stopped
			new ProcessBuilder("sh", "-c",
					"kill -STOP $0; while cat /proc/$0/task/*/status | grep -q '^State:.[RSD]'; do :; done",
					Long.toString(ProcessHandle.current().pid()))
				.start()
				.waitFor();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		return proxy(Connection.class, new ConnectionHandler(super.getConnection()));
	}

	private void halt(Set<CrashPoint> points, Halt halt) {
		points.stream().filter((point) -> point.halt() == halt).forEach(this::haltAt);
	}

	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	private final class ConnectionHandler implements InvocationHandler {

		private final Connection connection;

		private final Set<CrashPoint> executed = EnumSet.noneOf(CrashPoint.class);

		ConnectionHandler(Connection connection) {
			this.connection = connection;
		}

		@Override
		public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
			if (method.getName().equals("commit")) {
				halt(this.executed, Halt.BEFORE);
				Object result = HaltingDataSource.invoke(this.connection, method, arguments);
				halt(this.executed, Halt.AFTER);
				this.executed.clear();
				return result;
			}
			if (method.getName().equals("rollback") && arguments == null) {
				this.executed.clear();
			}
			Object result = HaltingDataSource.invoke(this.connection, method, arguments);
			if (method.getName().equals("prepareStatement")) {
				Set<CrashPoint> points = CrashPoint.of((String) arguments[0]);
				return points.isEmpty() ? result : proxy(PreparedStatement.class,
						(statement, called, values) -> execute(result, called, values, points));
			}
			return result;
		}

		private Object execute(Object statement, Method method, Object[] arguments, Set<CrashPoint> points)
				throws Throwable {
			if (!method.getName().startsWith("execute")) {
				return HaltingDataSource.invoke(statement, method, arguments);
			}
			boolean commits = this.connection.getAutoCommit();
			if (commits) {
				halt(points, Halt.BEFORE);
			}
			Object result = HaltingDataSource.invoke(statement, method, arguments);
			if (commits) {
				halt(points, Halt.AFTER);
			}
			else if (!Integer.valueOf(0).equals(result)) {
				this.executed.addAll(points);
			}
			return result;
		}

	}

}
