/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

/**
 * {@link TransactionOperations} for handlers of the application: transactions of its own
 * transaction manager, such as that of JPA, if it is one for the database in which calls
 * are recorded, or else those of workers.
 */
public final class HandlerTransactions implements TransactionOperations {

	private final WorkerTransactions application;

	private final TransactionOperations workers;

	private volatile @Nullable Boolean sameDatabase;

	/**
	 * Create transactions.
	 * @param dataSource the database in which calls are recorded
	 * @param manager the transaction manager of the application
	 * @param workers the transactions of workers
	 */
	public HandlerTransactions(DataSource dataSource, PlatformTransactionManager manager,
			TransactionOperations workers) {
		this.application = new WorkerTransactions(dataSource, manager);
		this.workers = workers;
	}

	@Override
	public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
		return (isSameDatabase() ? this.application : this.workers).execute(action);
	}

	private boolean isSameDatabase() {
		Boolean known = this.sameDatabase;
		if (known == null) {
			known = this.application.isForThisDatabase();
			this.sameDatabase = known;
		}
		return known;
	}

}
