/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.durable.jdbc.BoundConnections.BoundConnection;
import io.airlockapp.gateway.jdbc.SupportedDatabase;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@link TransactionOperations} that execute an action in the transaction of the current
 * thread, which may be one of JDBC or JPA, or in a separate one if there is none. If the
 * action fails, only its own changes are rolled back. The transaction of the thread is
 * never committed.
 */
public final class RecordingTransactions implements TransactionOperations {

	private final DataSource dataSource;

	private final BoundConnections connections;

	private final TransactionTemplate separate;

	/**
	 * Create transactions.
	 * @param dataSource the database in which calls are recorded
	 * @param listener the listener that the transaction managers of the application have
	 */
	public RecordingTransactions(DataSource dataSource, RunTransactionListener listener) {
		this.dataSource = BoundConnections.withoutTransactionAwareness(dataSource);
		this.connections = new BoundConnections(dataSource);
		JdbcTransactionManager manager = new JdbcTransactionManager(this.dataSource);
		manager.setTransactionExecutionListeners(List.of(listener));
		this.separate = new TransactionTemplate(manager);
		this.separate.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	/**
	 * Execute an action.
	 * @throws InvalidApprovalUsageException if the transaction of the current thread is
	 * read-only, already committed, not one of this database, one of several or not one
	 * whose begin was seen
	 */
	@Override
	public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
		BoundConnection bound = this.connections.find();
		if (bound != null && bound.isInTransaction()) {
			requireWritable(bound);
			return executeInSavepoint(bound, action);
		}
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			throw refusal(
					"the transaction of this thread is not one of the DataSource in which calls are recorded. Use "
							+ "a transaction manager for this DataSource, or call the method outside of the transaction");
		}
		return this.separate.execute(action);
	}

	/**
	 * Return transactions for reading, which also take part in one that is read-only or
	 * already committed. Without one of this database, actions are executed without a
	 * transaction.
	 * @return the transactions
	 */
	public TransactionOperations reading() {
		return new TransactionOperations() {

			@Override
			public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
				BoundConnection bound = RecordingTransactions.this.connections.find();
				return (bound != null && bound.isInTransaction()) ? executeInSavepoint(bound, action)
						: action.doInTransaction(new SimpleTransactionStatus(false));
			}

		};
	}

	/**
	 * Return transactions for changes of rows that others may have changed after the
	 * snapshot of the transaction: each row is changed as it is now. Otherwise, MariaDB
	 * rolls back the whole transaction. No code of the application is executed in them.
	 * @return the transactions
	 */
	public TransactionOperations changing() {
		if (SupportedDatabase.of(this.dataSource) != SupportedDatabase.MARIADB) {
			return this;
		}
		return new TransactionOperations() {

			@Override
			public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
				return RecordingTransactions.this.execute((status) -> executeOnLatestRows(status, action));
			}

		};
	}

	private <T extends @Nullable Object> T executeOnLatestRows(TransactionStatus status,
			TransactionCallback<T> action) {
		JdbcTemplate jdbc = new BoundJdbcTemplate(this.dataSource);
		if (jdbc.queryForList("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")
			.stream()
			.noneMatch((variable) -> variable.containsValue("ON"))) {
			return action.doInTransaction(status);
		}
		jdbc.execute("SET SESSION innodb_snapshot_isolation = OFF");
		try {
			return action.doInTransaction(status);
		}
		finally {
			jdbc.execute("SET SESSION innodb_snapshot_isolation = ON");
		}
	}

	private void requireWritable(BoundConnection bound) {
		if (this.connections.areSeveralInTransaction()) {
			throw refusal(
					"this thread has transactions of several transaction managers for the DataSource in which calls are "
							+ "recorded. Use one of these managers for both, or call the method after the inner one");
		}
		if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			throw refusal("the transaction of this thread is read-only. Call the method in one that is not");
		}
		boolean completed = TransactionSynchronizationManager.isActualTransactionActive()
				&& !TransactionSynchronizationManager.isSynchronizationActive();
		if (completed || !RunTransactionListener.isOpen(bound.holder())) {
			throw refusal(
					"the transaction of this thread is already committed or rolled back, as in a listener that is "
							+ "called afterwards, or was not begun by a ConfigurableTransactionManager bean. Call the "
							+ "method in a new transaction of such a bean");
		}
	}

	private static InvalidApprovalUsageException refusal(String reason) {
		return new InvalidApprovalUsageException("The call cannot be recorded: " + reason);
	}

	/**
	 * Without a savepoint, a caller that catches the exception could commit half of the
	 * changes.
	 */
	private <T extends @Nullable Object> T executeInSavepoint(BoundConnection bound, TransactionCallback<T> action) {
		Connection connection = DataSourceUtils.getConnection(bound.dataSource());
		try {
			Savepoint savepoint = connection.setSavepoint();
			try {
				SimpleTransactionStatus status = new SimpleTransactionStatus(false);
				T result = action.doInTransaction(status);
				if (status.isRollbackOnly()) {
					connection.rollback(savepoint);
				}
				else {
					connection.releaseSavepoint(savepoint);
				}
				return result;
			}
			catch (Throwable ex) {
				rollBack(bound, connection, savepoint, ex);
				throw ex;
			}
		}
		catch (SQLException ex) {
			throw new ApprovalUnavailableException("The call cannot be recorded: the database refuses a savepoint",
					null, ex);
		}
		finally {
			DataSourceUtils.releaseConnection(connection, bound.dataSource());
		}
	}

	/**
	 * If there is no such savepoint any more, the database has rolled back the whole
	 * transaction, as MariaDB does after a deadlock. What follows must not be committed
	 * without what was before.
	 */
	private static void rollBack(BoundConnection bound, Connection connection, Savepoint savepoint, Throwable cause) {
		try {
			connection.rollback(savepoint);
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
			RunTransactionListener.rolledBack(bound.holder());
		}
	}

}
