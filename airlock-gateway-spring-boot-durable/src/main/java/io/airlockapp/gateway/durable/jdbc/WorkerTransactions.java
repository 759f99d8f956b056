/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.jdbc.BoundConnections.BoundConnection;
import io.airlockapp.gateway.jdbc.SupportedDatabase;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@link TransactionOperations} that execute each action in a new transaction, for
 * threads without one. They refuse to work where a transaction is open: that of JPA would
 * be committed together with the new one.
 */
public final class WorkerTransactions implements TransactionOperations {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final BoundConnections connections;

	private final TransactionTemplate transactions;

	/**
	 * Create transactions with a transaction manager for JDBC. They do not wait for ever
	 * for a lock, since a caller may keep its own open. The step is repeated.
	 * @param dataSource the database in which calls are recorded
	 */
	public WorkerTransactions(DataSource dataSource) {
		this(dataSource, TIMEOUT);
	}

	/**
	 * Create transactions with a transaction manager for JDBC.
	 * @param dataSource the database in which calls are recorded
	 * @param timeout the time after which statements fail. In H2, the timeout of locks
	 * applies instead, since this one would remain with the connection
	 */
	public WorkerTransactions(DataSource dataSource, Duration timeout) {
		this(dataSource, new JdbcTransactionManager(BoundConnections.withoutTransactionAwareness(dataSource)));
		this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		if (SupportedDatabase.of(dataSource) != SupportedDatabase.H2) {
			this.transactions.setTimeout(Math.toIntExact(timeout.toSeconds()));
		}
	}

	/**
	 * Create transactions with a transaction manager of the application, so that its code
	 * can take part in them. A manager for JPA cannot begin a transaction in one of JDBC.
	 * @param dataSource the database in which calls are recorded
	 * @param manager the transaction manager
	 */
	public WorkerTransactions(DataSource dataSource, PlatformTransactionManager manager) {
		this.connections = new BoundConnections(dataSource);
		this.transactions = new TransactionTemplate(manager);
	}

	/**
	 * Execute an action.
	 * @throws IllegalStateException if a transaction is open in the current thread, or
	 * the transaction manager is not one for this database
	 */
	@Override
	public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
		if (TransactionSynchronizationManager.isActualTransactionActive() || this.connections.find() != null) {
			throw new IllegalStateException("A transaction is open in the thread of a worker");
		}
		return this.transactions.execute((status) -> {
			BoundConnection bound = this.connections.find();
			if (bound == null || !bound.isInTransaction()) {
				throw new IllegalStateException("The transaction manager is not one for this database");
			}
			// Handlers may record calls in it
			boolean unseen = !RunTransactionListener.isOpen(bound.holder());
			if (unseen) {
				RunTransactionListener.begun(bound.holder());
			}
			try {
				return action.doInTransaction(status);
			}
			finally {
				if (unseen) {
					RunTransactionListener.ended(bound.holder());
				}
			}
		});
	}

	/**
	 * Return whether the transaction manager is one for this database.
	 */
	boolean isForThisDatabase() {
		return Boolean.TRUE.equals(this.transactions.execute((status) -> {
			BoundConnection bound = this.connections.find();
			return bound != null && bound.isInTransaction();
		}));
	}

}
