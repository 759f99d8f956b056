/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.RunningCalls;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.Kind;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TransactionEndingCalls}.
 */
class TransactionEndingCallsTests {

	private static final ApprovedCall CALL = new ApprovedCall("req-1", "payouts#pay()",
			DurableCall.onePairing("default"), "{}", List.of());

	private final TestDatabase database = TestDatabase.h2();

	private TestApplication application;

	@AfterEach
	void close() {
		this.application.close();
		assertThat(this.database.activeConnections()).isZero();
		this.database.close();
	}

	@EachKind
	void transactionThatAMethodLeavesOpenIsRolledBackAndTheMethodHasFailed(Kind kind) {
		this.application = kind.start(this.database);
		Object outcome = run((call, claim) -> {
			this.application.manager().getTransaction(TransactionDefinition.withDefaults());
			this.application.pay();
			return Result.DONE;
		});
		assertThat(outcome).isInstanceOf(InvocationTargetException.class);
		assertThat(((Throwable) outcome).getCause()).hasMessageContaining("left a transaction open");
		assertThat(this.database.payments()).isZero();
		assertThat(this.database.activeConnections()).isZero();
	}

	@EachKind
	void exceptionOfAMethodIsKept(Kind kind) {
		this.application = kind.start(this.database);
		Object outcome = run((call, claim) -> {
			this.application.manager().getTransaction(TransactionDefinition.withDefaults());
			this.application.pay();
			throw new InvocationTargetException(new IllegalStateException("no"));
		});
		assertThat(((Throwable) outcome).getCause()).hasMessage("no");
		assertThat(this.database.activeConnections()).isZero();
	}

	@EachKind
	void committedTransactionIsKept(Kind kind) {
		this.application = kind.start(this.database);
		assertThat(run((call, claim) -> {
			this.application.transaction().executeWithoutResult((status) -> this.application.pay());
			return Result.DONE;
		})).isEqualTo(Result.DONE);
		assertThat(this.database.payments()).isOne();
	}

	@EachKind
	void transactionThatIsLeftOpenInsideOfAnotherOneThatIsRolledBackIsNotOverlooked(Kind kind) {
		this.application = kind.start(this.database).with(listener());
		assertLeftOpen(() -> this.application.transaction().executeWithoutResult((status) -> {
			beginNew(this.application);
			status.setRollbackOnly();
		}));
	}

	@EachKind
	void transactionThatIsLeftOpenInsideOfAnotherOneWhoseCommitFailsIsNotOverlooked(Kind kind) {
		this.application = kind.start(this.database).with(listener());
		for (RuntimeException failure : List.of(new IllegalStateException("no"),
				new UnexpectedRollbackException("no"))) {
			assertLeftOpen(() -> assertThatException()
				.isThrownBy(() -> this.application.transaction().executeWithoutResult((status) -> {
					beginNew(this.application);
					failBeforeCommit(failure);
				})));
		}
	}

	@Test
	void transactionOfAnotherManagerThatIsLeftOpenInsideOfOneThatIsRolledBackIsNotOverlooked() {
		this.application = Kind.JDBC.start(this.database).with(listener());
		TestApplication inner = TestApplication.jdbc(new LazyConnectionDataSourceProxy(this.database.dataSource()))
			.with(listener());
		assertLeftOpen(() -> this.application.transaction().executeWithoutResult((status) -> {
			beginNew(inner);
			status.setRollbackOnly();
		}));
	}

	/**
	 * That would wait for one if the pool has no more, and keep it until the view ends.
	 */
	@Test
	void failureBeforeTheCommitGetsNoOtherConnection() {
		AtomicInteger connections = new AtomicInteger();
		DataSource counting = new DelegatingDataSource(this.database.dataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				connections.incrementAndGet();
				return super.getConnection();
			}

		};
		this.application = TestApplication
			.jpa(counting,
					Map.of(AvailableSettings.CONNECTION_HANDLING, "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION"))
			.with(new RunTransactionListener(counting, () -> TestCalls.NOW));
		connections.set(0);
		assertThatIllegalStateException()
			.isThrownBy(() -> this.application.transaction().executeWithoutResult((status) -> {
				this.application.pay();
				failBeforeCommit(new IllegalStateException("no"));
			}));
		assertThat(connections).hasValue(1);
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	private RunTransactionListener listener() {
		return new RunTransactionListener(this.database.dataSource(), () -> TestCalls.NOW);
	}

	private static void beginNew(TestApplication application) {
		application.manager()
			.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
		application.pay();
	}

	private static void failBeforeCommit(RuntimeException failure) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void beforeCommit(boolean readOnly) {
				throw failure;
			}

		});
	}

	private void assertLeftOpen(Runnable method) {
		Object outcome = run((call, claim) -> {
			try {
				return RunningCalls.run(TestCalls.call().approval(), "run-1", () -> {
					method.run();
					return Result.DONE;
				});
			}
			catch (Exception ex) {
				throw new InvocationTargetException(ex);
			}
		});
		assertThat(outcome).isInstanceOf(InvocationTargetException.class);
		assertThat(((Throwable) outcome).getCause()).hasMessageContaining("left a transaction open");
		assertThat(this.database.payments()).isZero();
		assertThat(this.database.activeConnections()).isZero();
	}

	private static Object run(ApprovedCalls calls) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return (Object) new TransactionEndingCalls(calls).run(CALL, () -> true);
			}
			catch (InvocationTargetException ex) {
				return ex;
			}
		}, new SimpleAsyncTaskExecutor("run-")).join();
	}

}
