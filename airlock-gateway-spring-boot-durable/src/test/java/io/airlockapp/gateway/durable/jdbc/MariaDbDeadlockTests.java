/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.jdbc.OnMariaDb;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for deadlocks on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}, which rolls back the whole transaction of its
 * victim.
 */
@OnMariaDb
class MariaDbDeadlockTests {

	private static final int ROUNDS = 5;

	@AutoClose
	private final TestDatabase database = TestDatabase.mariaDb();

	private final WorkerTransactions transactions = new WorkerTransactions(this.database.dataSource());

	private final DbStepScheduler scheduler = new DbStepScheduler(new BoundJdbcTemplate(this.database.dataSource()),
			() -> TestCalls.NOW);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.database.dataSource());

	/**
	 * Each has what the other one needs: a step that is not committed, and a payment.
	 */
	@Test
	void changeBeforeADeadlockIsNotLostUnnoticed() throws Exception {
		for (int i = 0; i < ROUNDS; i++) {
			String id = UUID.randomUUID().toString();
			this.database.pay(this.database.dataSource(), id);
			String paid = "paid-" + prefix(id);
			CyclicBarrier both = new CyclicBarrier(2);
			CompletableFuture<Void> other = CompletableFuture.runAsync(() -> scheduleAndDelete(id, both));
			boolean committed = committed(() -> {
				this.jdbc.update("UPDATE PAYMENT SET ID = ? WHERE ID = ?", paid, id);
				await(both);
				this.scheduler.schedule(Step.ASK, id, TestCalls.NOW);
			});
			boolean changed = !this.database.elsewhere()
				.queryForList("SELECT ID FROM PAYMENT WHERE ID = ?", paid)
				.isEmpty();
			other.handle((result, failure) -> null).get(1, TimeUnit.MINUTES);
			assertThat(changed).isEqualTo(committed);
		}
	}

	private static String prefix(String id) {
		return id.substring(0, 30);
	}

	/**
	 * Has changed more rows, so that it is not the victim.
	 */
	private void scheduleAndDelete(String id, CyclicBarrier both) {
		this.transactions.executeWithoutResult((status) -> {
			for (int row = 0; row < 40; row++) {
				this.database.pay(this.database.dataSource(), row + prefix(id));
			}
			this.scheduler.schedule(Step.ASK, id, TestCalls.NOW);
			await(both);
			this.jdbc.update("DELETE FROM PAYMENT WHERE ID = ?", id);
		});
	}

	private boolean committed(Runnable change) {
		try {
			this.transactions.executeWithoutResult((status) -> change.run());
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(1, TimeUnit.MINUTES);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
