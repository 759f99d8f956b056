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
 * Executes statements in a transaction on a separate connection and commits it before
 * returning, independently of any transaction and transaction manager of the current
 * thread.
 * <p>
 * A transaction manager with {@code REQUIRES_NEW} is not sufficient: it would take over
 * and commit the connection that another transaction manager, such as that of JPA, has
 * bound to the thread. Therefore, this class neither binds connections to the thread nor
 * uses bound ones.
 */
public final class IndependentTransactionTemplate {

	private static final Log logger = LogFactory.getLog(IndependentTransactionTemplate.class);

	private final DataSource dataSource;

	private final SQLExceptionTranslator translator = new SQLExceptionSubclassTranslator();

	/**
	 * Create a template.
	 * @param dataSource the source of connections. A proxy that returns the connection of
	 * the thread's transaction is bypassed
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
	 * Execute an update statement.
	 * @param sql the statement
	 * @param arguments the statement's arguments
	 * @return the number of affected rows
	 * @throws DataAccessException if the statement fails, in which case nothing is
	 * changed
	 */
	public int update(String sql, Object... arguments) {
		return execute(sql, (connection) -> {
			try (PreparedStatement statement = prepare(connection, sql, arguments)) {
				return statement.executeUpdate();
			}
		});
	}

	/**
	 * Execute a query.
	 * @param <T> the type of the results
	 * @param sql the query
	 * @param mapper the mapper for each row
	 * @param arguments the query's arguments
	 * @return the mapped rows
	 * @throws DataAccessException if the query fails
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
	 * Execute an action with a connection.
	 * @param <T> the type of the result
	 * @param action the action, which must neither commit nor close the connection
	 * @return the action's result
	 * @throws DataAccessException if the action fails, in which case the transaction is
	 * rolled back
	 */
	public <T> T execute(ConnectionCallback<T> action) {
		return execute(null, action);
	}

	private <T> T execute(@Nullable String sql, ConnectionCallback<T> action) {
		boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
		// Otherwise, a DataSource that routes by this flag would return a replica
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
	 * Uses READ_COMMITTED, since each statement is safe by itself. With a stricter
	 * isolation level, a database would fail all of several concurrent statements instead
	 * of executing one of them first.
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
	 * A failure here does not affect the committed transaction.
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
