/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.Kind;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import org.junit.jupiter.api.AfterEach;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

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
