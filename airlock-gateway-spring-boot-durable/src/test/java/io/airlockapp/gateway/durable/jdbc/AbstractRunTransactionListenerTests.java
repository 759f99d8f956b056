/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.Resolution;
import io.airlockapp.gateway.durable.RunningCalls;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachJpaKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.Kind;
import io.airlockapp.gateway.support.Concurrently;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RunTransactionListener} that every database passes.
 */
abstract class AbstractRunTransactionListenerTests {

	private static final Instant NOW = TestCalls.NOW;

	private static final Instant COMMITTED = NOW.plusSeconds(7);

	private TestDatabase database;

	private TestApplication application;

	private RunTransactionListener listener;

	private JdbcDurableCallStore store;

	/**
	 * Takes part in transactions.
	 */
	private JdbcDurableCallStore joining;

	private DurableApproval call;

	abstract TestDatabase database();

	@BeforeEach
	void open() {
		this.database = database();
		this.listener = new RunTransactionListener(this.database.dataSource(), () -> COMMITTED);
		this.store = new JdbcDurableCallStore(this.database.elsewhere().getDataSource(), TestCalls.STORE_KEY, List.of(),
				false, Persons.unknown());
		this.joining = new JdbcDurableCallStore(this.database.dataSource(), TestCalls.STORE_KEY, List.of(), false,
				Persons.unknown());
		String id = TestCalls.call().id();
		this.store.insert(TestCalls.call(id));
		assertThat(this.store.decided(id, NOW)).isTrue();
		assertThat(this.store.claim(id, "run-1", "instance-1", 10, NOW)).isTrue();
		this.call = this.store.find(id);
	}

	@AfterEach
	void close() {
		Payment.onPersist.remove();
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		if (this.application != null) {
			this.application.close();
		}
		assertThat(this.database.activeConnections()).isZero();
		this.database.close();
	}

	private void start(Kind kind) {
		this.application = kind.start(this.database).with(this.listener);
	}

	private <T> T run(Callable<T> method) {
		return run("run-1", method);
	}

	private <T> T run(String runId, Callable<T> method) {
		try {
			return RunningCalls.run(this.call, runId, method);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private Object pay(TransactionTemplate transaction) {
		return transaction.execute((status) -> {
			this.application.pay();
			return "";
		});
	}

	/**
	 * Return a method of a run whose transaction is that of the application.
	 */
	private Callable<?> inTransaction(Consumer<TransactionStatus> action) {
		return () -> this.application.transaction().execute((status) -> {
			action.accept(status);
			return "";
		});
	}

	private void assertCommittedOnce() {
		assertThat(committedAt()).isEqualTo(COMMITTED);
		assertThat(this.database.payments()).isOne();
	}

	private void assertNothingCommitted() {
		assertThat(committedAt()).isNull();
		assertThat(this.database.payments()).isZero();
	}

	private Instant committedAt() {
		return this.store.find(this.call.id()).committedAt();
	}

	private void lose() {
		assertThat(this.store.lose(this.call.id(), 1)).isTrue();
	}

	private void resolve() {
		assertThat(this.store.resolve(this.call.id(), Resolution.DID_NOT_RUN, NOW)).isTrue();
	}

	private void assertRefused(Callable<?> method) {
		assertThatIllegalStateException().isThrownBy(() -> run(method))
			.withMessageContainingAll(this.call.id(), "resolved or replaced");
	}

	@EachKind
	void storesTheTimeOfTheCommit(Kind kind) {
		start(kind);
		run(() -> pay(this.application.transaction()));
		assertCommittedOnce();
	}

	@EachKind
	void knowsWhetherTheInnermostTransactionIsRecorded(Kind kind) {
		start(kind);
		TransactionTemplate none = this.application.transaction();
		none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		List<Boolean> recorded = new ArrayList<>();
		Consumer<TransactionStatus> inside = (status) -> recorded.add(RunningCalls.isTransactionRecorded());
		inside.accept(null);
		this.application.transaction().executeWithoutResult(inside);
		assertThat(recorded).containsOnly(false);
		recorded.clear();
		run(inTransaction((status) -> {
			inside.accept(status);
			this.application.transaction().executeWithoutResult(inside);
			this.application.newTransaction().executeWithoutResult(inside);
			none.executeWithoutResult(inside);
			inside.accept(status);
		}));
		inside.accept(null);
		assertThat(recorded).containsExactly(true, true, true, false, true, false);
	}

	@EachKind
	void runThatStartedAgainCanNotCommit(Kind kind) {
		start(kind);
		assertThat(this.store.startAgain(this.call.id(), "run-1", "problem", 2, NOW)).isTrue();
		assertRefused(() -> pay(this.application.transaction()));
		assertThat(this.store.claim(this.call.id(), "run-2", "instance-1", 10, NOW)).isTrue();
		assertRefused(() -> pay(this.application.transaction()));
		assertNothingCommitted();
		run("run-2", () -> pay(this.application.transaction()));
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	@EachKind
	void storesNothingWithoutCommit(Kind kind) {
		start(kind);
		run(inTransaction((status) -> {
			this.application.pay();
			status.setRollbackOnly();
		}));
		assertThat(committedAt()).isNull();
	}

	@EachKind
	void isInactiveOutsideOfRuns(Kind kind) {
		start(kind);
		pay(this.application.transaction());
		assertThat(committedAt()).isNull();
		assertThat(this.database.payments()).isOne();
	}

	/**
	 * As after the failure of a statement in JDBC, which a transaction manager for JPA
	 * ignores.
	 */
	@EachJpaKind
	void transactionThatOthersSetToRollBackIsLeftToItsManager(Kind kind) {
		start(kind);
		this.application.transaction().executeWithoutResult((status) -> {
			this.application.pay();
			((ConnectionHolder) TransactionSynchronizationManager.getResource(this.database.dataSource()))
				.setRollbackOnly();
		});
		assertThat(this.database.payments()).isOne();
	}

	@EachKind
	void lostRunMayStillCommit(Kind kind) {
		start(kind);
		run(inTransaction((status) -> {
			this.application.pay();
			lose();
		}));
		assertCommittedOnce();
	}

	@EachKind
	void resolvedRunIsRolledBack(Kind kind) {
		start(kind);
		assertRefused(inTransaction((status) -> {
			this.application.pay();
			lose();
			resolve();
		}));
		assertNothingCommitted();
	}

	@Test
	void resolvedRunWhoseStateWasSetBackIsRolledBack() {
		start(Kind.JDBC);
		lose();
		resolve();
		this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE SET STATE = 'CLAIMED'");
		assertRefused(() -> pay(this.application.transaction()));
		assertThat(this.database.payments()).isZero();
	}

	@EachKind
	void replacedOrEndedRunIsRolledBack(Kind kind) {
		start(kind);
		assertThatIllegalStateException().isThrownBy(() -> run("run-0", () -> pay(this.application.transaction())));
		assertThat(this.store.endRun(this.call.id(), "run-1", DurableState.DONE, null, NOW)).isTrue();
		assertRefused(() -> pay(this.application.transaction()));
		assertNothingCommitted();
	}

	@EachKind
	void missingTableRollsBack(Kind kind) {
		start(kind);
		this.database.elsewhere().execute("ALTER TABLE AIRLOCK_DURABLE_CLAIM RENAME TO ELSEWHERE");
		assertThat(Assertions.catchThrowable(() -> run(() -> pay(this.application.transaction())))).isNotNull();
		assertThat(this.database.payments()).isZero();
	}

	@EachKind
	void eachNewTransactionIsCommittedForItself(Kind kind) {
		start(kind);
		assertRefused(inTransaction((status) -> {
			this.application.pay();
			pay(this.application.newTransaction());
			assertCommittedOnce();
			lose();
			resolve();
		}));
		assertThat(this.database.payments()).isOne();
	}

	@EachKind
	void participatingOneIsCommittedWithTheOuter(Kind kind) {
		start(kind);
		run(inTransaction((status) -> {
			pay(this.application.transaction());
			assertThat(committedAt()).isNull();
			// The row is not locked yet
			lose();
		}));
		assertCommittedOnce();
	}

	@Test
	void nestedTransactionIsCommittedWithOuter() {
		start(Kind.JDBC);
		TransactionTemplate nested = this.application.transaction();
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		run(inTransaction((status) -> {
			pay(nested);
			assertThat(committedAt()).isNull();
			// The row is not locked yet
			lose();
		}));
		assertCommittedOnce();
	}

	@Test
	void serializableTransactionIsCommittedDespiteOthers() {
		start(Kind.JDBC);
		TransactionTemplate serializable = this.application.transaction();
		serializable.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
		run(() -> serializable.execute((status) -> {
			this.application.pay();
			String other = TestCalls.call().id();
			this.store.insert(TestCalls.call(other));
			this.store.decided(other, NOW);
			return this.store.claim(other, "run-2", "instance-2", 10, NOW);
		}));
		assertCommittedOnce();
	}

	@EachKind
	void readOnlyOneWritesNothingOrIsRolledBack(Kind kind) {
		start(kind);
		run(() -> this.application.readOnly().execute((status) -> ""));
		lose();
		resolve();
		try {
			run(() -> this.application.readOnly()
				.execute((status) -> new JdbcTemplate(this.database.dataSource())
					.update("INSERT INTO PAYMENT (ID) VALUES ('read-only')")));
		}
		catch (RuntimeException ex) {
			assertThat(ex).isNotNull();
		}
		assertThat(this.database.payments()).isZero();
	}

	@EachKind
	void otherDatabaseIsUntouched(Kind kind) {
		start(kind);
		try (TestDatabase other = database();
				TestApplication foreign = TestApplication.jdbc(other.dataSource()).with(this.listener)) {
			run(() -> this.application.transaction().execute((status) -> {
				this.application.pay();
				foreign.transaction().executeWithoutResult((inner) -> foreign.pay());
				// Otherwise, the row would be locked by the outer transaction
				lose();
				resolve();
				status.setRollbackOnly();
				return "";
			}));
			assertThat(other.payments()).isOne();
		}
		assertThat(committedAt()).isNull();
	}

	@Test
	void managerBehindProxyIsSupported() {
		this.application = TestApplication.jdbc(new DelegatingDataSource(this.database.dataSource()))
			.with(this.listener);
		run(() -> pay(this.application.transaction()));
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	@EachKind
	void recordingInARunIsCommittedByItsOwnerOnly(Kind kind) {
		start(kind);
		RecordingTransactions recording = new RecordingTransactions(this.database.dataSource(), this.listener);
		run(() -> {
			recording.executeWithoutResult((status) -> this.joining.insert(TestCalls.call("req-next")));
			return "";
		});
		assertThat(committedAt()).isEqualTo(COMMITTED);
		lose();
		resolve();
		assertRefused(() -> recording.execute((status) -> {
			this.joining.insert(TestCalls.call("req-late"));
			return "";
		}));
		assertThat(this.store.find("req-next")).isNotNull();
		assertThat(this.store.find("req-late")).isNull();
	}

	/**
	 * As a listener of an entity does that writes an audit log.
	 */
	@EachJpaKind
	void anotherOneIsCommittedWhileTheFirstIsFlushed(Kind kind) {
		start(kind);
		payInside(4);
		run(() -> pay(this.application.transaction()));
		assertThat(this.database.payments()).isEqualTo(5);
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	private void payInside(int depth) {
		Payment.onPersist.set(() -> {
			if (depth > 1) {
				payInside(depth - 1);
			}
			else {
				Payment.onPersist.remove();
			}
			pay(this.application.newTransaction());
		});
	}

	@EachJpaKind
	void committedOneRemainsThoughTheOuterIsRolledBack(Kind kind) {
		start(kind);
		Payment.onPersist.set(() -> {
			Payment.onPersist.remove();
			pay(this.application.newTransaction());
			throw new IllegalArgumentException("no");
		});
		assertThat(Assertions.catchThrowable(() -> run(() -> pay(this.application.transaction())))).isNotNull();
		assertCommittedOnce();
		assertThat(this.store.startAgain(this.call.id(), "run-1", "problem", 2, NOW)).isFalse();
	}

	@EachJpaKind
	void tooManyAtTheSameTimeAreRolledBack(Kind kind) {
		start(kind);
		payInside(8);
		assertThat(Assertions.catchThrowable(() -> run(() -> pay(this.application.transaction())))).isNotNull();
		Payment.onPersist.remove();
		assertNothingCommitted();
		run(() -> pay(this.application.transaction()));
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	@EachKind
	void othersAreCommittedBeforeAndAfterTheCommitOfTheFirst(Kind kind) {
		start(kind);
		run(() -> payAround(7));
		assertThat(this.database.payments()).isEqualTo(1 + 2 * 7);
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	/**
	 * As a {@code @TransactionalEventListener} does that publishes an event itself.
	 */
	private Object payAround(int depth) {
		return this.application.newTransaction().execute((status) -> {
			this.application.pay();
			if (depth > 0) {
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						pay(AbstractRunTransactionListenerTests.this.application.newTransaction());
					}

					@Override
					public void afterCommit() {
						payAround(depth - 1);
					}

				});
			}
			return "";
		});
	}

	@Test
	void transactionWithOldSnapshotIsCommittedAfterAnother() {
		start(Kind.JDBC);
		for (int isolation : List.of(TransactionDefinition.ISOLATION_REPEATABLE_READ,
				TransactionDefinition.ISOLATION_SERIALIZABLE)) {
			TransactionTemplate strict = this.application.transaction();
			strict.setIsolationLevel(isolation);
			run(() -> strict.execute((status) -> {
				assertThat(new JdbcTemplate(this.database.dataSource())
					.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE", Integer.class)).isOne();
				pay(this.application.newTransaction());
				this.application.pay();
				return "";
			}));
		}
		assertThat(this.database.payments()).isEqualTo(4);
	}

	/**
	 * A transaction that is being committed is not waited for.
	 */
	@EachJpaKind
	void runIsNotRestartedWhileItCommits(Kind kind) {
		start(kind);
		String runId = DurableCallStore.RESTARTABLE_RUN + "1";
		this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE SET RUN_ID = ?", runId);
		this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE_CLAIM SET RUN_ID = ?", runId);
		assertThat(this.store.lockRestartableRun(this.call.id(), 1, 5, NOW)).isEqualTo(runId);
		AtomicReference<String> locked = new AtomicReference<>("not called");
		Payment.onPersist.set(() -> locked.set(this.store.lockRestartableRun(this.call.id(), 1, 5, NOW)));
		run(runId, () -> pay(this.application.transaction()));
		assertThat(locked).hasNullValue();
		assertThat(committedAt()).isEqualTo(COMMITTED);
	}

	/**
	 * A transaction is refused rather than committed beside a claim that is taken back.
	 */
	@EachKind
	void runCanNotCommitWhileItIsTakenBack(Kind kind) {
		start(kind);
		String runId = DurableCallStore.RESTARTABLE_RUN + "1";
		this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE SET RUN_ID = ?", runId);
		this.database.elsewhere().update("UPDATE AIRLOCK_DURABLE_CLAIM SET RUN_ID = ?", runId);
		change(() -> {
			assertThat(this.joining.lockRestartableRun(this.call.id(), 1, 5, NOW)).isEqualTo(runId);
			assertThat(Concurrently.call(1,
					() -> Assertions.catchThrowable(() -> run(runId, () -> pay(this.application.transaction())))))
				.singleElement()
				.isInstanceOf(IllegalStateException.class);
			return this.joining.startAgain(this.call.id(), runId, "problem", 5, NOW);
		});
		assertThat(this.database.payments()).isZero();
		assertThat(this.store.find(this.call.id()).state()).isEqualTo(DurableState.DECIDED);
	}

	@EachJpaKind
	void claimIsNotTakenBackBesideACommit(Kind kind) {
		start(kind);
		assertWaits(() -> this.joining.startAgain(this.call.id(), "run-1", "problem", 2, NOW), false);
		assertThat(this.store.find(this.call.id()).state()).isEqualTo(DurableState.CLAIMED);
	}

	@EachJpaKind
	void callIsResolvedAfterACommitThatIsInProgress(Kind kind) {
		start(kind);
		lose();
		assertWaits(() -> this.joining.resolve(this.call.id(), Resolution.RAN, NOW), true);
		assertRefused(() -> pay(this.application.transaction()));
	}

	@EachJpaKind
	void callEndsAfterACommitThatIsInProgress(Kind kind) {
		start(kind);
		assertWaits(() -> this.joining.endRun(this.call.id(), "run-1", DurableState.FAILED, "problem", NOW), true);
		assertRefused(() -> pay(this.application.transaction()));
	}

	private boolean change(Callable<Boolean> change) {
		return new WorkerTransactions(this.database.dataSource()).execute((status) -> {
			try {
				return change.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void callThatIsLostAtThisMomentIsNotResolvedBesideItsClaim() {
		start(Kind.JDBC);
		JdbcDurableCallStore racing = new JdbcDurableCallStore(before("SELECT ID FROM AIRLOCK_DURABLE", this::lose),
				TestCalls.STORE_KEY, List.of(), false, Persons.unknown());
		assertThat(racing.resolve(this.call.id(), Resolution.RAN, NOW)).isTrue();
		assertRefused(() -> pay(this.application.transaction()));
	}

	private DataSource before(String statement, Runnable action) {
		return new DelegatingDataSource(this.database.elsewhere().getDataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
						new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
							if (method.getName().equals("prepareStatement")
									&& arguments[0].toString().startsWith(statement)) {
								action.run();
							}
							return method.invoke(connection, arguments);
						});
			}

		};
	}

	/**
	 * Requires that a change of the call waits for an inner transaction which is being
	 * committed, although the outer one is rolled back before.
	 */
	private void assertWaits(Callable<Boolean> change, boolean expected) {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		AtomicReference<Future<Boolean>> changed = new AtomicReference<>();
		Payment.onPersist.set(() -> {
			Payment.onPersist.set(() -> {
				changed.set(executor.submit(() -> change(change)));
				assertThatExceptionOfType(TimeoutException.class)
					.isThrownBy(() -> changed.get().get(200, TimeUnit.MILLISECONDS));
			});
			pay(this.application.newTransaction());
			throw new IllegalArgumentException("no");
		});
		try {
			assertThat(Assertions.catchThrowable(() -> run(() -> pay(this.application.transaction())))).isNotNull();
			assertThat(changed.get().get(20, TimeUnit.SECONDS)).isEqualTo(expected);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
		finally {
			Payment.onPersist.remove();
			executor.shutdownNow();
		}
		assertCommittedOnce();
	}

}
