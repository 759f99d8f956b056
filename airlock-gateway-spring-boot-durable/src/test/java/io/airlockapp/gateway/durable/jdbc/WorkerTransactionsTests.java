/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WorkerTransactions}, and for {@link HandlerTransactions} with the
 * transaction manager of this database and of another.
 */
class WorkerTransactionsTests {

	private final TestDatabase database = TestDatabase.h2();

	private final TestDatabase other = TestDatabase.h2();

	private final DataSource dataSource = this.database.dataSource();

	@AfterEach
	void close() {
		this.database.close();
		this.other.close();
	}

	@Test
	void isolationIsReadCommittedDespiteDefaultOfPool() {
		DataSource serializable = new DelegatingDataSource(this.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
				return connection;
			}

		};
		assertReadCommitted(new WorkerTransactions(serializable), serializable);
		assertReadCommitted(new RecordingTransactions(serializable,
				new RunTransactionListener(serializable, InstantSource.system())), serializable);
	}

	private static void assertReadCommitted(TransactionOperations transactions, DataSource dataSource) {
		Integer isolation = transactions.execute((status) -> new JdbcTemplate(dataSource)
			.execute((Connection connection) -> connection.getTransactionIsolation()));
		assertThat(isolation).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
	}

	@Test
	void workersRefuseAnOpenTransaction() {
		WorkerTransactions workers = new WorkerTransactions(this.dataSource);
		for (DataSource open : new DataSource[] { this.dataSource, this.other.dataSource() }) {
			new TransactionTemplate(new JdbcTransactionManager(open))
				.executeWithoutResult((status) -> assertThatIllegalStateException()
					.isThrownBy(() -> workers.executeWithoutResult((inner) -> this.database.pay(this.dataSource, "1")))
					.withMessageContaining("A transaction is open"));
		}
		assertThat(this.database.payments()).isZero();
	}

	@Test
	void handlersTakePartInTransactionsOfTheApplication() {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.dataSource);
		TransactionOperations handlers = new HandlerTransactions(this.dataSource, manager, refusing());
		for (int i = 0; i < 2; i++) {
			String id = Integer.toString(i);
			handlers.executeWithoutResult((status) -> {
				// Joins, as a method of the application does
				new TransactionTemplate(manager).executeWithoutResult((inner) -> {
					assertThat(inner.isNewTransaction()).isFalse();
					this.database.pay(this.dataSource, id);
				});
				status.setRollbackOnly();
			});
		}
		assertThat(this.database.payments()).isZero();
	}

	@Test
	void handlersTakePartInTransactionsOfAnotherProxy() {
		DataSource proxy = new LazyConnectionDataSourceProxy(this.dataSource);
		TransactionOperations handlers = new HandlerTransactions(this.dataSource, new JdbcTransactionManager(proxy),
				refusing());
		handlers.executeWithoutResult((status) -> {
			payByStore("1");
			this.database.pay(proxy, "2");
			status.setRollbackOnly();
		});
		assertThat(this.database.payments()).isZero();
		handlers.executeWithoutResult((status) -> payByStore("3"));
		assertThat(this.database.payments()).isOne();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	@Test
	void transactionOfHandlersIsNotCommittedByAnotherManager() {
		DataSource proxy = new LazyConnectionDataSourceProxy(this.dataSource);
		TransactionOperations handlers = new HandlerTransactions(this.dataSource, new JdbcTransactionManager(proxy),
				refusing());
		handlers.executeWithoutResult((status) -> {
			payByStore("1");
			new TransactionTemplate(new JdbcTransactionManager(this.dataSource))
				.executeWithoutResult((inner) -> this.database.pay(this.dataSource, "2"));
			status.setRollbackOnly();
		});
		assertThat(this.database.payments()).isOne();
	}

	private void payByStore(String id) {
		new BoundJdbcTemplate(this.dataSource).update("INSERT INTO PAYMENT (ID) VALUES (?)", id);
	}

	@Test
	void handlersHaveTransactionsOfWorkersIfTheApplicationHasThoseOfAnotherDatabase() {
		TransactionOperations handlers = new HandlerTransactions(this.dataSource,
				new JdbcTransactionManager(this.other.dataSource()), new WorkerTransactions(this.dataSource));
		for (int i = 0; i < 2; i++) {
			String id = Integer.toString(i);
			handlers.executeWithoutResult((status) -> {
				this.database.pay(this.dataSource, id);
				status.setRollbackOnly();
			});
		}
		assertThat(this.database.payments()).isZero();
		handlers.executeWithoutResult((status) -> this.database.pay(this.dataSource, "3"));
		assertThat(this.database.payments()).isEqualTo(1);
	}

	private static TransactionOperations refusing() {
		return new TransactionOperations() {

			@Override
			public <T> T execute(TransactionCallback<T> action) {
				throw new IllegalStateException("The application's transaction manager is one for this database");
			}

		};
	}

}
