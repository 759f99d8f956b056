package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs statements in a transaction on a separate connection, and commits it before it
 * returns, whatever transaction the thread has open with whatever transaction manager.
 * <p>
 * A transaction manager with {@code REQUIRES_NEW} can't do that: it takes over the
 * connection that another one, such as JPA's, has bound to the thread, and commits it.
 * Therefore nothing is bound to the thread here, and nothing that is bound to it is used.
 */
public final class IndependentTransactionTemplate {

	private static final Log logger = LogFactory.getLog(IndependentTransactionTemplate.class);

	private final DataSource dataSource;

	private final SQLExceptionTranslator translator = new SQLExceptionSubclassTranslator();

	/**
	 * Create a template.
	 * @param dataSource where connections are taken from. A proxy that gives out the
	 * connection of the thread's transaction is passed by
	 */
	public IndependentTransactionTemplate(DataSource dataSource) {
		this.dataSource = unwrap(dataSource);
	}

	private static DataSource unwrap(DataSource dataSource) {
		DataSource independent = dataSource;
		DataSource current = dataSource;
		while (current instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null) {
			current = delegating.getTargetDataSource();
			if (delegating instanceof TransactionAwareDataSourceProxy) {
				independent = current;
			}
		}
		return independent;
	}

	/**
	 * Run a statement that changes something.
	 * @param sql the statement
	 * @param arguments its arguments
	 * @return the number of rows
	 * @throws DataAccessException if that fails; nothing is changed then
	 */
	public int update(String sql, Object... arguments) {
		return execute(sql, (connection) -> {
			try (PreparedStatement statement = prepare(connection, sql, arguments)) {
				return statement.executeUpdate();
			}
		});
	}

	/**
	 * Run a query.
	 * @param <T> the type that rows become
	 * @param sql the query
	 * @param mapper makes something of a row
	 * @param arguments the query's arguments
	 * @return what the rows became
	 * @throws DataAccessException if that fails
	 */
	public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
		return execute(sql, (connection) -> {
			try (PreparedStatement statement = prepare(connection, sql, arguments);
					ResultSet rows = statement.executeQuery()) {
				List<T> results = new ArrayList<>();
				while (rows.next()) {
					results.add(mapper.mapRow(rows, results.size()));
				}
				return results;
			}
		});
	}

	private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
			throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql);
		new ArgumentPreparedStatementSetter(arguments).setValues(statement);
		return statement;
	}

	/**
	 * Run whatever is done with a connection.
	 * @param <T> the type of the result
	 * @param action uses the connection, and neither commits nor closes it
	 * @return the action's result
	 * @throws DataAccessException if that fails; what was done is rolled back
	 */
	public <T> T execute(ConnectionCallback<T> action) {
		return execute(null, action);
	}

	private <T> T execute(@Nullable String sql, ConnectionCallback<T> action) {
		boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
		// Or a DataSource that routes by it would lead to a replica
		TransactionSynchronizationManager.setCurrentTransactionReadOnly(false);
		try {
			return executeInConnection(sql, action);
		}
		finally {
			TransactionSynchronizationManager.setCurrentTransactionReadOnly(readOnly);
		}
	}

	private <T> T executeInConnection(@Nullable String sql, ConnectionCallback<T> action) {
		Connection connection = connect();
		try {
			return executeInTransaction(connection, action);
		}
		catch (SQLException ex) {
			DataAccessException translated = this.translator.translate("independent transaction", sql, ex);
			throw (translated != null) ? translated : new UncategorizedSQLException("independent transaction", sql, ex);
		}
		finally {
			JdbcUtils.closeConnection(connection);
		}
	}

	private Connection connect() {
		try {
			return this.dataSource.getConnection();
		}
		catch (SQLException ex) {
			throw new CannotGetJdbcConnectionException(TransactionSynchronizationManager.isActualTransactionActive()
					? "No connection is free beside the one of the open transaction, of which this must be independent"
					: "There is no connection to the database", ex);
		}
	}

	/**
	 * Each statement is safe by itself; a database whose transactions are stricter would
	 * fail those that meet instead of letting one of them be the first.
	 */
	private static <T> T executeInTransaction(Connection connection, ConnectionCallback<T> action) throws SQLException {
		int isolation = connection.getTransactionIsolation();
		boolean autoCommit = connection.getAutoCommit();
		try {
			if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			if (autoCommit) {
				connection.setAutoCommit(false);
			}
			T result = action.doInConnection(connection);
			connection.commit();
			return result;
		}
		catch (SQLException | RuntimeException | Error ex) {
			rollBack(connection, ex);
			throw ex;
		}
		finally {
			restore(connection, isolation, autoCommit);
		}
	}

	private static void rollBack(Connection connection, Throwable cause) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * What was committed stays so if this fails.
	 */
	private static void restore(Connection connection, int isolation, boolean autoCommit) {
		try {
			if (autoCommit) {
				connection.setAutoCommit(true);
			}
			if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
				connection.setTransactionIsolation(isolation);
			}
		}
		catch (SQLException ex) {
			logger.debug("A connection is given back in another state than it was taken in", ex);
		}
	}

}
