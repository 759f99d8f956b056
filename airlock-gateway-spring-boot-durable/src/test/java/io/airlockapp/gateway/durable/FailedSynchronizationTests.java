/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for transactions that Spring neither commits nor rolls back, since a
 * synchronization fails before the commit with an exception of Spring's transactions. The
 * connection of JDBC would commit it, and that of JPA would keep its locks.
 */
class FailedSynchronizationTests extends DurableApplicationTests {

	FailedSynchronizationTests() {
		super(Application.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { WITH_JPA, "test.manager=jdbc" })
	void runIsRolledBackAndStartsAgain(String manager) {
		String id = execute(manager, "run");
		assertThat(find(id).state()).isEqualTo(DurableState.DONE);
		assertThat(bean(Payouts.class).starts()).isEqualTo(3);
		assertThat(balance()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { WITH_JPA, "test.manager=jdbc" })
	void handlersAreCalledAgain(String manager) {
		String id = execute(manager, "handler");
		assertThat(find(id).state()).isEqualTo(DurableState.DONE);
		assertThat(bean(Payouts.class).starts()).isOne();
		assertThat(bean(Payouts.class).ends()).isEqualTo(3);
		assertThat(balance()).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource({ "jpa, IllegalStateException", "jpa, UnexpectedRollbackException",
			"jpa, CannotCreateTransactionException", "jdbc, IllegalStateException", "jdbc, UnexpectedRollbackException",
			"jdbc, CannotCreateTransactionException" })
	void runGoesOnInAnotherTransaction(String manager, String failure) {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3",
				manager.equals("jpa") ? WITH_JPA : "test.manager=jdbc");
		createAccount();
		String id = record(() -> bean(Payouts.class).payInOneOfTwo(failure)).id();
		bean(ManualStepExecutor.class).execute();
		assertThat(find(id).state()).isEqualTo(DurableState.DONE);
		assertThat(bean(Payouts.class).starts()).isOne();
		// With that of the handler
		assertThat(balance()).isEqualTo(2);
	}

	private void createAccount() {
		jdbc().execute("CREATE TABLE ACCOUNT (ID VARCHAR(10) PRIMARY KEY, BALANCE INT)");
		jdbc().update("INSERT INTO ACCOUNT VALUES ('ann', 0)");
	}

	private String execute(String manager, String failing) {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", manager);
		createAccount();
		bean(Payouts.class).failIn(failing);
		String id = record(() -> bean(Payouts.class).pay("ann")).id();
		for (int i = 0; i < 6; i++) {
			bean(ManualStepExecutor.class).execute();
		}
		return id;
	}

	private Integer balance() {
		return jdbc().queryForObject("SELECT BALANCE FROM ACCOUNT", Integer.class);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Payouts payouts(JdbcTemplate jdbc, PlatformTransactionManager manager) {
			return new Payouts(jdbc, new TransactionTemplate(manager));
		}

		@Bean
		DurableApprovalHandler handler(ObjectProvider<Payouts> payouts) {
			return (approval, decision) -> payouts.getObject().ended();
		}

	}

	static class Payouts {

		private final JdbcTemplate jdbc;

		private final TransactionTemplate transaction;

		private String failing = "";

		private int starts;

		private int ends;

		Payouts(JdbcTemplate jdbc, TransactionTemplate transaction) {
			this.jdbc = jdbc;
			this.transaction = transaction;
		}

		void failIn(String name) {
			this.failing = name;
		}

		int starts() {
			return this.starts;
		}

		int ends() {
			return this.ends;
		}

		@Transactional
		@RequiresAirlockApproval(durable = true)
		public void pay(String account) {
			increase("run", ++this.starts);
		}

		@RequiresAirlockApproval(durable = true)
		public void payInOneOfTwo(String failure) {
			this.starts++;
			assertThatException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				increase("run", 0);
				fail(switch (failure) {
					case "UnexpectedRollbackException" -> new UnexpectedRollbackException("no");
					case "CannotCreateTransactionException" -> new CannotCreateTransactionException("no");
					default -> new IllegalStateException("no");
				});
			}));
			this.transaction.executeWithoutResult((status) -> increase("run", 0));
		}

		void ended() {
			increase("handler", ++this.ends);
		}

		private void increase(String name, int time) {
			this.jdbc.update("UPDATE ACCOUNT SET BALANCE = BALANCE + 1");
			if (name.equals(this.failing) && time < 3) {
				fail((time == 1) ? new UnexpectedRollbackException("no") : new CannotCreateTransactionException("no"));
			}
		}

		private static void fail(RuntimeException failure) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					throw failure;
				}

			});
		}

	}

}
