/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.Kind;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link RecordingTransactions} that every database passes.
 */
abstract class AbstractRecordingTransactionsTests {

	private TestDatabase database;

	private TestApplication application;

	abstract TestDatabase database();

	@BeforeEach
	void open() {
		this.database = database();
	}

	@AfterEach
	void close() {
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		if (this.application != null) {
			this.application.close();
		}
		assertThat(this.database.activeConnections()).isZero();
		this.database.close();
	}

	private Recorder start(Kind kind) {
		Recorder recorder = new Recorder(this.database.dataSource());
		this.application = kind.start(this.database).with(recorder.listener);
		return recorder;
	}

	private int recorded() {
		return this.database.elsewhere().queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE", Integer.class);
	}

	private void assertRecorded(int calls, int payments) {
		assertThat(recorded()).isEqualTo(calls);
		assertThat(this.database.payments()).isEqualTo(payments);
	}

	@EachKind
	void recordsWithItsCaller(Kind kind) {
		Recorder recorder = start(kind);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			recorder.record();
			assertRecorded(0, 0);
		});
		assertRecorded(1, 1);
	}

	/**
	 * A driver may ask the database for the type of a parameter, for example.
	 */
	@Test
	void recordingSendsSavepointAndTwoRowsOnly() {
		CountingDataSource counting = new CountingDataSource(this.database.dataSource());
		Recorder recorder = new Recorder(counting);
		StepScheduler scheduler = new DbStepScheduler(new BoundJdbcTemplate(counting), () -> TestCalls.NOW);
		this.application = TestApplication.jdbc(counting).with(recorder.listener);
		this.application.transaction().executeWithoutResult((status) -> {
			counting.requests.clear();
			recorder.transactions.executeWithoutResult(
					(joined) -> scheduler.scheduleFirst(Step.ASK_FIRST, recorder.insert(), TestCalls.NOW));
			assertThat(counting.requests).containsExactly("setSavepoint", "prepareStatement", "executeUpdate",
					"prepareStatement", "executeUpdate", "releaseSavepoint");
		});
		assertRecorded(1, 0);
	}

	@EachKind
	void isRolledBackWithItsCaller(Kind kind) {
		Recorder recorder = start(kind);
		this.application.transaction().executeWithoutResult((status) -> {
			recorder.record();
			this.application.pay();
			status.setRollbackOnly();
		});
		assertRecorded(0, 0);
	}

	@EachKind
	void recordsInItsOwnIfThereIsNone(Kind kind) {
		Recorder recorder = start(kind);
		recorder.record();
		assertRecorded(1, 0);
		assertThatIllegalStateException().isThrownBy(() -> recorder.transactions.executeWithoutResult((status) -> {
			recorder.insert();
			throw new IllegalStateException("no");
		}));
		assertRecorded(1, 0);
	}

	@EachKind
	void failureTakesBackWhatWasRecordedAndNothingElse(Kind kind) {
		Recorder recorder = start(kind);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			recorder.record();
			assertThatIllegalStateException().isThrownBy(() -> recorder.transactions.executeWithoutResult((joined) -> {
				recorder.insert();
				throw new IllegalStateException("no");
			}));
			recorder.transactions.executeWithoutResult((joined) -> {
				recorder.insert();
				joined.setRollbackOnly();
			});
		});
		assertRecorded(1, 1);
	}

	@EachKind
	void refusedStatementDoesNotSpoilTheCallers(Kind kind) {
		Recorder recorder = start(kind);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> recorder.transactions.executeWithoutResult((joined) -> {
					recorder.insert();
					new JdbcTemplate(recorder.dataSource).update("INSERT INTO NO_TABLE VALUES (1)");
				}));
		});
		assertRecorded(0, 1);
	}

	/**
	 * As a database does after a deadlock.
	 */
	@EachKind
	void callersTransactionThatTheDatabaseRolledBackCannotBeCommitted(Kind kind) {
		Recorder recorder = start(kind);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> this.application.transaction().executeWithoutResult((status) -> {
				this.application.pay();
				assertThatIllegalStateException()
					.isThrownBy(() -> recorder.transactions.executeWithoutResult((joined) -> {
						recorder.insert();
						new JdbcTemplate(recorder.dataSource).execute("ROLLBACK");
						throw new IllegalStateException("deadlock");
					}));
				this.application.pay();
			}));
		assertRecorded(0, 0);
	}

	@EachKind
	void readOnlyIsRefused(Kind kind) {
		Recorder recorder = start(kind);
		this.application.readOnly()
			.executeWithoutResult((status) -> assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(recorder::record)
				.withMessageStartingWith("The call cannot be recorded: the transaction of this thread is read-only"));
		assertRecorded(0, 0);
	}

	@EachKind
	void otherDatabasesTransactionIsRefused(Kind kind) {
		Recorder recorder = start(kind);
		try (TestDatabase other = database();
				TestApplication foreign = TestApplication.jdbc(other.dataSource()).with(recorder.listener)) {
			foreign.transaction().executeWithoutResult((status) -> {
				foreign.pay();
				assertRefused(recorder);
				// Binds a connection that is not part of a transaction
				new JdbcTemplate(recorder.dataSource).queryForList("SELECT ID FROM PAYMENT");
				assertThat(TransactionSynchronizationManager.hasResource(recorder.dataSource)).isTrue();
				assertRefused(recorder);
			});
			assertThat(other.payments()).isOne();
			assertRecorded(0, 0);
		}
	}

	private static void assertRefused(Recorder recorder) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record)
			.withMessageContaining("not one of the DataSource");
	}

	@EachKind
	void joinsWhileAnotherDatabasesIsOpenToo(Kind kind) {
		Recorder recorder = start(kind);
		try (TestDatabase other = database(); TestApplication foreign = TestApplication.jdbc(other.dataSource())) {
			this.application.transaction().executeWithoutResult((status) -> {
				foreign.transaction().executeWithoutResult((inner) -> recorder.record());
				status.setRollbackOnly();
			});
			assertRecorded(0, 0);
		}
	}

	@EachKind
	void recordsAfterTheCommitInANewTransactionOnly(Kind kind) {
		Recorder recorder = start(kind);
		List<String> refused = new ArrayList<>();
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					recorder.record();
				}

				@Override
				public void afterCommit() {
					tryAfter("commit");
				}

				@Override
				public void afterCompletion(int completion) {
					tryAfter("completion");
				}

				private void tryAfter(String step) {
					assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record)
						.withMessageContaining("already committed");
					AbstractRecordingTransactionsTests.this.application.newTransaction()
						.executeWithoutResult((inner) -> recorder.record());
					refused.add(step);
				}

			});
		});
		assertThat(refused).containsExactly("commit", "completion");
		assertRecorded(3, 1);
	}

	/**
	 * As that of a manager that is not a bean. Nobody knows whether it is committed.
	 */
	@EachKind
	void transactionWhoseBeginWasNotSeenIsRefused(Kind kind) {
		Recorder recorder = start(kind);
		this.application.manager().setTransactionExecutionListeners(List.of());
		List<String> refused = new ArrayList<>();
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record)
				.withMessageContaining("ConfigurableTransactionManager bean");
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record);
					refused.add("commit");
				}

			});
		});
		assertThat(refused).containsExactly("commit");
		assertRecorded(0, 1);
	}

	@Test
	void callIsRecordedInTransactionOfHandler() {
		Recorder recorder = start(Kind.JDBC);
		new WorkerTransactions(recorder.dataSource).executeWithoutResult((status) -> {
			recorder.record();
			assertRecorded(0, 0);
		});
		assertRecorded(1, 0);
	}

	@EachKind
	void recordsNothingAfterARollback(Kind kind) {
		Recorder recorder = start(kind);
		List<String> refused = new ArrayList<>();
		this.application.transaction().executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int completion) {
					assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record)
						.withMessageContaining("rolled back");
					refused.add("completion");
				}

			});
			status.setRollbackOnly();
		});
		assertThat(refused).containsExactly("completion");
		assertRecorded(0, 0);
	}

	@EachKind
	void joinsWithoutSynchronization(Kind kind) {
		Recorder recorder = start(kind);
		this.application.manager()
			.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		this.application.transaction().executeWithoutResult((status) -> {
			recorder.record();
			assertRecorded(0, 0);
			status.setRollbackOnly();
		});
		assertRecorded(0, 0);
	}

	@EachKind
	void opensItsOwnInAScopeWithoutTransaction(Kind kind) {
		Recorder recorder = start(kind);
		TransactionTemplate supports = this.application.transaction();
		supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
		supports.executeWithoutResult((status) -> {
			new JdbcTemplate(recorder.dataSource).queryForList("SELECT ID FROM PAYMENT");
			recorder.record();
			assertRecorded(1, 0);
		});
	}

	@Test
	void callIsRecordedInNestedTransaction() {
		Recorder recorder = start(Kind.JDBC);
		TransactionTemplate nested = this.application.transaction();
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.application.transaction().executeWithoutResult((status) -> {
			nested.executeWithoutResult((inner) -> {
				recorder.record();
				inner.setRollbackOnly();
			});
			nested.executeWithoutResult((inner) -> recorder.record());
		});
		assertRecorded(1, 0);
	}

	@Test
	void joinsThroughProxies() {
		DataSource pool = this.database.dataSource();
		DataSource lazy = new LazyConnectionDataSourceProxy(pool);
		DataSource aware = new TransactionAwareDataSourceProxy(pool);
		DataSource awareOfLazy = new TransactionAwareDataSourceProxy(lazy);
		List<DataSource> all = List.of(pool, lazy, aware, awareOfLazy, new DelegatingDataSource(pool));
		for (DataSource ours : all) {
			Recorder recorder = new Recorder(ours);
			for (DataSource theirs : all) {
				TestApplication.jdbc(theirs).with(recorder.listener).transaction().executeWithoutResult((status) -> {
					recorder.record();
					assertThat(recorded()).isZero();
					status.setRollbackOnly();
				});
				assertThat(recorded()).isZero();
			}
			recorder.record();
			assertThat(recorded()).isOne();
			this.database.elsewhere().update("DELETE FROM AIRLOCK_DURABLE");
		}
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "true, false", "false, true", "false, false" })
	void recordWhenTransactionsOfSeveralManagersAreOpenIsRefused(boolean oursIsLazy, boolean outerIsLazy) {
		DataSource pool = this.database.dataSource();
		DataSource lazy = new LazyConnectionDataSourceProxy(pool);
		Recorder recorder = new Recorder(oursIsLazy ? lazy : pool);
		TestApplication outer = TestApplication.jdbc(outerIsLazy ? lazy : pool).with(recorder.listener);
		TestApplication inner = TestApplication.jdbc(outerIsLazy ? pool : lazy).with(recorder.listener);
		outer.transaction().executeWithoutResult((status) -> {
			inner.transaction().executeWithoutResult((innerStatus) -> {
				inner.pay();
				assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(recorder::record)
					.withMessageContaining("several transaction managers");
			});
			recorder.record();
		});
		assertRecorded(1, 1);
	}

	@Test
	void recordWhenConnectionIsAlsoBoundForReuseJoins() {
		DataSource pool = this.database.dataSource();
		Recorder recorder = new Recorder(pool);
		TestApplication.jdbc(new LazyConnectionDataSourceProxy(pool))
			.with(recorder.listener)
			.transaction()
			.executeWithoutResult((status) -> {
				new JdbcTemplate(pool).queryForList("SELECT ID FROM PAYMENT");
				recorder.record();
				assertRecorded(0, 0);
				status.setRollbackOnly();
			});
		assertRecorded(0, 0);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void recordInNewTransactionOfHandlerEndsWithIt(boolean committed) {
		DataSource pool = this.database.dataSource();
		Recorder recorder = new Recorder(pool);
		TestApplication proxied = TestApplication.jdbc(new LazyConnectionDataSourceProxy(pool)).with(recorder.listener);
		new WorkerTransactions(pool, proxied.manager()).executeWithoutResult((status) -> {
			proxied.newTransaction().executeWithoutResult((inner) -> {
				proxied.pay();
				recorder.record();
				if (!committed) {
					inner.setRollbackOnly();
				}
			});
			if (committed) {
				status.setRollbackOnly();
			}
		});
		assertRecorded(committed ? 1 : 0, committed ? 1 : 0);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "JDBC", "JDBC_WITHOUT_AUTO_COMMIT" })
	void transactionWhoseSynchronizationFailsBeforeTheCommitIsRolledBack(Kind kind) {
		Recorder recorder = start(kind);
		for (TransactionException failure : List.of(new UnexpectedRollbackException("no"),
				new CannotCreateTransactionException("no"))) {
			assertThatExceptionOfType(failure.getClass())
				.isThrownBy(() -> this.application.transaction().executeWithoutResult((status) -> {
					this.application.pay();
					recorder.record();
					TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void beforeCommit(boolean readOnly) {
							throw failure;
						}

					});
				}));
			assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		}
		assertRecorded(0, 0);
	}

	@Test
	void connectionIsNotItsOwnTarget() {
		DataSource pool = this.database.dataSource();
		DataSource nested = new LazyConnectionDataSourceProxy(new TransactionAwareDataSourceProxy(pool));
		new Recorder(nested).record();
		assertThat(recorded()).isOne();
		Recorder recorder = new Recorder(nested);
		TestApplication.jdbc(nested)
			.with(recorder.listener)
			.transaction()
			.executeWithoutResult((status) -> recorder.record());
		assertThat(recorded()).isEqualTo(2);
		TestApplication.jdbc(nested).transaction().executeWithoutResult((status) -> assertRefused(new Recorder(pool)));
		assertThat(recorded()).isEqualTo(2);
	}

	@Test
	void joinsThroughARoutingDataSource() {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return TransactionSynchronizationManager.isCurrentTransactionReadOnly() ? "replica" : "primary";
			}

		};
		routing.setLenientFallback(false);
		routing.setTargetDataSources(Map.of("primary", this.database.dataSource()));
		routing.afterPropertiesSet();
		DataSource lazy = new LazyConnectionDataSourceProxy(routing);
		Recorder recorder = new Recorder(lazy);
		this.application = TestApplication.jpa(lazy, true).with(recorder.listener);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			recorder.record();
			status.setRollbackOnly();
		});
		assertRecorded(0, 0);
		this.application.transaction().executeWithoutResult((status) -> recorder.record());
		recorder.record();
		assertRecorded(2, 0);
		// Its target alone is another DataSource
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> TestApplication.jdbc(this.database.dataSource())
				.transaction()
				.executeWithoutResult((status) -> recorder.record()));
		assertRecorded(2, 0);
	}

	@EachKind
	void workersHaveTheirOwn(Kind kind) {
		Recorder recorder = start(kind);
		WorkerTransactions workers = new WorkerTransactions(recorder.dataSource);
		workers.executeWithoutResult((status) -> {
			assertThat(status.isNewTransaction()).isTrue();
			recorder.insert();
			status.setRollbackOnly();
		});
		assertRecorded(0, 0);
		workers.executeWithoutResult((status) -> recorder.insert());
		assertRecorded(1, 0);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			assertThatIllegalStateException()
				.isThrownBy(() -> workers.executeWithoutResult((inner) -> recorder.insert()));
			status.setRollbackOnly();
		});
		assertRecorded(1, 0);
	}

	@EachKind
	void applicationTakesPartInThoseOfItsManager(Kind kind) {
		Recorder recorder = start(kind);
		WorkerTransactions workers = new WorkerTransactions(recorder.dataSource, this.application.manager());
		for (boolean rollback : new boolean[] { true, false }) {
			workers.executeWithoutResult((status) -> {
				recorder.insert();
				this.application.transaction().executeWithoutResult((inner) -> this.application.pay());
				assertRecorded(0, 0);
				if (rollback) {
					status.setRollbackOnly();
				}
			});
			assertRecorded(rollback ? 0 : 1, rollback ? 0 : 1);
		}
	}

	@Test
	void workersRefuseTheManagerOfAnotherDatabase() {
		Recorder recorder = start(Kind.JDBC);
		try (TestDatabase other = database(); TestApplication foreign = TestApplication.jdbc(other.dataSource())) {
			WorkerTransactions workers = new WorkerTransactions(recorder.dataSource, foreign.manager());
			assertThatIllegalStateException()
				.isThrownBy(() -> workers.executeWithoutResult((status) -> recorder.insert()))
				.withMessageContaining("not one for this database");
		}
		assertRecorded(0, 0);
	}

	@EachKind
	void cancelsWithItsCaller(Kind kind) {
		Recorder recorder = start(kind);
		String id = recorder.record();
		this.application.transaction().executeWithoutResult((status) -> {
			assertThat(recorder.transactions.<Boolean>execute((joined) -> recorder.store.cancelling(id))).isTrue();
			status.setRollbackOnly();
		});
		assertThat(recorder.store.find(id).state()).isEqualTo(DurableState.RECORDED);
	}

	/**
	 * PostgreSQL refuses the change, and keeps the transaction. H2 rolls it back.
	 */
	@Test
	void cancellationAfterAnOldSnapshotKeepsTheCallersTransaction() {
		Recorder recorder = start(Kind.JDBC);
		String id = recorder.record();
		TransactionTemplate repeatable = this.application.transaction();
		repeatable.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		assumeThat(this.database.url()).doesNotStartWith("jdbc:h2:");
		boolean cancelled = Boolean.TRUE.equals(repeatable.execute((status) -> {
			this.application.pay();
			assertThat(recorder.store.find(id)).isNotNull();
			this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE SET STATE = 'SUBMITTED', SUBMITTED_AT = 1");
			try {
				return recorder.transactions.changing().execute((joined) -> recorder.store.cancelling(id));
			}
			catch (DataAccessException ex) {
				assertThat(this.database.url()).doesNotStartWith("jdbc:mariadb:");
				return false;
			}
		}));
		assertThat(this.database.payments()).isOne();
		assertThat(recorder.store.find(id).state())
			.isEqualTo(cancelled ? DurableState.CANCELLING : DurableState.SUBMITTED);
	}

	/**
	 * Data source that counts what its connections may ask the database for.
	 */
	private static final class CountingDataSource extends DelegatingDataSource {

		private final List<String> requests = new ArrayList<>();

		CountingDataSource(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			return count(Connection.class, super.getConnection());
		}

		private <T> T count(Class<T> type, T target) {
			return type.cast(
					Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, values) -> {
						if (!method.getReturnType().equals(void.class) || method.getName().endsWith("Savepoint")) {
							this.requests.add(method.getName());
						}
						Object result = ReflectionUtils.invokeMethod(method, target, values);
						return (result instanceof PreparedStatement statement)
								? count(PreparedStatement.class, statement) : result;
					}));
		}

	}

	/**
	 * Records calls as the application's beans do.
	 */
	private static final class Recorder {

		private final DataSource dataSource;

		private final RunTransactionListener listener;

		private final RecordingTransactions transactions;

		private final JdbcDurableCallStore store;

		Recorder(DataSource dataSource) {
			this.dataSource = dataSource;
			this.listener = new RunTransactionListener(dataSource, () -> TestCalls.NOW);
			this.transactions = new RecordingTransactions(dataSource, this.listener);
			this.store = new JdbcDurableCallStore(dataSource, TestCalls.STORE_KEY, List.of(), false, Persons.unknown());
		}

		String record() {
			return this.transactions.execute((status) -> insert());
		}

		String insert() {
			String id = TestCalls.call().id();
			this.store.insert(TestCalls.call(id));
			return id;
		}

	}

}
