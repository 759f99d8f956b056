/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.engine.ManualStepExecutor;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

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

	private String execute(String manager, String failing) {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		start(WITHOUT_WORKER, "airlock.gateway.durable.attempts=3", manager);
		jdbc().execute("CREATE TABLE ACCOUNT (ID VARCHAR(10) PRIMARY KEY, BALANCE INT)");
		jdbc().update("INSERT INTO ACCOUNT VALUES ('ann', 0)");
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
		Payouts payouts(JdbcTemplate jdbc) {
			return new Payouts(jdbc);
		}

		@Bean
		DurableApprovalHandler handler(ObjectProvider<Payouts> payouts) {
			return (approval, decision) -> payouts.getObject().ended();
		}

	}

	static class Payouts {

		private final JdbcTemplate jdbc;

		private String failing = "";

		private int starts;

		private int ends;

		Payouts(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
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

		void ended() {
			increase("handler", ++this.ends);
		}

		private void increase(String name, int time) {
			this.jdbc.update("UPDATE ACCOUNT SET BALANCE = BALANCE + 1");
			if (name.equals(this.failing) && time < 3) {
				fail((time == 1) ? new UnexpectedRollbackException("no") : new CannotCreateTransactionException("no"));
			}
		}

		private static void fail(TransactionException failure) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					throw failure;
				}

			});
		}

	}

}
