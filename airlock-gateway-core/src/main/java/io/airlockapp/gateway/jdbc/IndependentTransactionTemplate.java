/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Executes statements in a transaction on a separate connection and commits it before
 * returning, independently of any transaction and transaction manager of the current
 * thread.
 * <p>
 * The transaction manager has a {@link DataSource} of its own. With that of the
 * application, it would take over and commit the connection that another transaction
 * manager, such as that of JPA, has bound to the thread.
 */
final class IndependentTransactionTemplate {

	private static final int NO_TIMEOUT = -1;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transactions;

	/**
	 * Create a template.
	 * @param dataSource the source of connections. A proxy that returns the connection of
	 * the thread's transaction is bypassed
	 */
	public IndependentTransactionTemplate(DataSource dataSource) {
		this(dataSource, NO_TIMEOUT);
	}

	/**
	 * Create a template with a timeout for each statement, such as one that waits for a
	 * lock. A connection over which the database does not respond is closed after twice
	 * that time.
	 */
	IndependentTransactionTemplate(DataSource dataSource, int timeoutSeconds) {
		DataSource independent = unwrap(dataSource);
		DataSource separate = (timeoutSeconds != NO_TIMEOUT)
				? new TimeLimitedDataSource(independent, Duration.ofSeconds(2L * timeoutSeconds))
				: new DelegatingDataSource(independent);
		this.jdbc = new JdbcTemplate(separate);
		this.jdbc.setQueryTimeout(timeoutSeconds);
		JdbcTransactionManager manager = new JdbcTransactionManager(separate);
		// In a callback after the end of a transaction, its state would be cleared
		manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		this.transactions = new TransactionTemplate(manager);
		this.transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		// Each statement is safe by itself. With a stricter level, a database would fail
		// all of several concurrent statements instead of executing one of them first
		this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
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
		return execute((jdbc) -> jdbc.update(sql, arguments));
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
		return execute((jdbc) -> jdbc.query(sql, mapper, arguments));
	}

	/**
	 * Execute an action.
	 * @param <T> the type of the result
	 * @param action the action, which executes its statements by the given template
	 * @return the action's result
	 * @throws DataAccessException if the action fails, in which case the transaction is
	 * rolled back
	 */
	public <T extends @Nullable Object> T execute(Function<JdbcTemplate, T> action) {
		boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
		// Otherwise, a DataSource that routes by this flag would return a replica
		TransactionSynchronizationManager.setCurrentTransactionReadOnly(false);
		try {
			return this.transactions.execute((status) -> action.apply(this.jdbc));
		}
		catch (CannotCreateTransactionException ex) {
			CannotGetJdbcConnectionException failure = new CannotGetJdbcConnectionException(
					TransactionSynchronizationManager.isActualTransactionActive()
							? "No connection is free beside the one of the open transaction, of which this must be independent"
							: "There is no connection to the database");
			failure.initCause(ex.getCause());
			throw failure;
		}
		catch (TransactionException ex) {
			throw new DataAccessResourceFailureException("It is not known whether the transaction was committed", ex);
		}
		finally {
			TransactionSynchronizationManager.setCurrentTransactionReadOnly(readOnly);
		}
	}

}
