/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link TransactionOperations} for handlers of the application: transactions of its own
 * transaction manager, such as that of JPA, if it is one for the database in which calls
 * are recorded, or else those of workers.
 */
public final class HandlerTransactions implements TransactionOperations {

	private final SingletonSupplier<TransactionOperations> transactions;

	/**
	 * Create transactions.
	 * @param dataSource the database in which calls are recorded
	 * @param manager the transaction manager of the application
	 * @param workers the transactions of workers
	 */
	public HandlerTransactions(DataSource dataSource, PlatformTransactionManager manager,
			TransactionOperations workers) {
		WorkerTransactions application = new WorkerTransactions(dataSource, manager);
		this.transactions = SingletonSupplier.of(() -> application.isForThisDatabase() ? application : workers);
	}

	@Override
	public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
		return this.transactions.obtain().execute(action);
	}

}
