/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.ZoneOffset;
import java.time.OffsetDateTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.PendingCounts.Counts;
import io.airlockapp.gateway.durable.PendingCounts.Places;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PendingCounts}.
 */
class PendingCountsTests {

	@AutoClose
	private final TestInstance instance = new TestInstance();

	private final PendingCounts counts = new PendingCounts(this.instance.store, Runnable::run, this.instance.clock);

	@Test
	void countsRecordedAndSubmittedCalls() {
		this.instance.record();
		this.instance.ask().perform(this.instance.record().id());
		assertThat(this.instance.approvals().cancel(this.instance.record().id())).isTrue();
		assertThat(this.counts.get()).isEqualTo(new Counts(TestInstance.START, 2, 2));
	}

	@Test
	void requestsOfGroupsAreCounted() {
		String id = this.instance.record(TestInstance.call("board")).id();
		assertThat(this.counts.get()).isEqualTo(new Counts(TestInstance.START, 4, 1));
		assertThat(this.counts.delay("Payouts.pay", null, 0, 30)).isEqualTo(Duration.ofSeconds(8));
		this.instance.ask().perform(id);
		this.instance.pass(Duration.ofSeconds(15));
		assertThat(this.counts.get().pending()).isEqualTo(4);
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		assertThat(this.counts.delay("Payouts.pay", null, 0, 30)).isEqualTo(Duration.ofSeconds(8));
	}

	@Test
	void cancelledCallsHaveTheirPlacesUntilTheyEnd() {
		String id = this.instance.record().id();
		this.instance.ask().perform(id);
		assertThat(this.instance.approvals().cancel(id)).isTrue();
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		assertThat(this.counts.delay("Payouts.pay", null, 0, 30)).isEqualTo(Duration.ofSeconds(2));
		this.instance.ask().perform(id);
		this.instance.pass(Duration.ofSeconds(15));
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(0, 0, 0));
	}

	@Test
	void withdrawalsOfOneCallerAreSpread() {
		List<String> calls = new ArrayList<>();
		for (int call = 0; call < 3; call++) {
			calls.add(this.instance.record().id());
			this.instance.ask().perform(calls.get(call));
		}
		this.instance.pass(Duration.ofSeconds(15));
		DurableApprovals approvals = this.instance.approvals();
		calls.forEach((id) -> assertThat(approvals.cancel(id)).isTrue());
		assertThat(times()).containsExactlyInAnyOrder(0L, 2L, 4L);
	}

	@Test
	void requestsOfOneCallAreSpread() {
		String id = this.instance.record(TestInstance.call("board")).id();
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		this.instance.ask().perform(id);
		assertThat(times()).containsExactlyInAnyOrder(0L, 2L, 4L, 6L);
	}

	/**
	 * Return the times of the steps in seconds from now.
	 */
	private List<Long> times() {
		return this.instance.jdbc
			.queryForList("SELECT DISTINCT EXECUTION_TIME FROM AIRLOCK_DURABLE_ASK WHERE EXECUTION_TIME >= ?",
					OffsetDateTime.class, this.instance.now.atOffset(ZoneOffset.UTC))
			.stream()
			.map((time) -> Duration.between(this.instance.now, time).toSeconds())
			.toList();
	}

	@Test
	void callsAreYoungForTenMinutesAndShortlyBeforeTheirExpiry() {
		this.instance.record();
		this.instance.pass(Duration.ofMinutes(10).minusMillis(1));
		assertThat(this.counts.get().young()).isEqualTo(1);
		this.instance.pass(Duration.ofMinutes(5));
		assertThat(this.counts.get().young()).isZero();
		assertThat(this.counts.get().pending()).isEqualTo(1);
		this.instance.pass(Duration.ofMinutes(11));
		assertThat(this.counts.get().young()).isEqualTo(1);
	}

	@Test
	void numbersAreReadEveryFifteenSeconds() {
		assertThat(this.counts.get().pending()).isZero();
		this.instance.record();
		this.instance.pass(Duration.ofMillis(14_999));
		assertThat(this.counts.get().pending()).isZero();
		this.instance.pass(Duration.ofMillis(1));
		assertThat(this.counts.get().pending()).isEqualTo(1);
	}

	@Test
	void numbersAreReadAfterTheClockWasPutBack() {
		assertThat(this.counts.get().pending()).isZero();
		this.instance.record();
		this.instance.pass(Duration.ofSeconds(-15));
		assertThat(this.counts.get().pending()).isEqualTo(1);
	}

	@Test
	void ownCallsAreAddedUntilTheyAreCounted() {
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(0, 0, 0));
		this.instance.record();
		this.counts.added("Payouts.pay", null);
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		this.instance.pass(Duration.ofSeconds(15));
		assertThat(this.counts.places("Payouts.pay", null)).isEqualTo(new Places(1, 1, 1));
		assertThat(this.counts.places("Payouts.close", "ann")).isEqualTo(new Places(1, 0, 0));
	}

	@Test
	void ownCallsAreAddedWhileTheirTransactionIsOpen() {
		PendingCounts threaded = new PendingCounts(this.instance.store, new SimpleAsyncTaskExecutor("count-"),
				this.instance.clock);
		for (boolean rollback : List.of(false, true)) {
			int before = threaded.places("Payouts.pay", null).total();
			this.instance.callers.executeWithoutResult((status) -> {
				this.instance.record();
				threaded.added("Payouts.pay", null);
				this.instance.pass(Duration.ofSeconds(15));
				assertThat(threaded.places("Payouts.pay", null).total()).isEqualTo(before + 1);
				if (rollback) {
					status.setRollbackOnly();
				}
			});
			assertThat(threaded.places("Payouts.pay", null).total()).isEqualTo(rollback ? before : before + 1);
			this.instance.pass(Duration.ofSeconds(15));
			assertThat(threaded.places("Payouts.pay", null).total()).isEqualTo(rollback ? before : before + 1);
		}
	}

	@Test
	void lastNumbersApplyWhileTheDatabaseFails() {
		assertThat(this.counts.get().pending()).isZero();
		this.instance.record();
		assertThat(this.counts.get().pending()).isZero();
		this.instance.pass(Duration.ofSeconds(15));
		this.instance.jdbc.execute("ALTER TABLE AIRLOCK_DURABLE RENAME TO ELSEWHERE");
		assertThat(this.counts.get().pending()).isZero();
		this.instance.jdbc.execute("ALTER TABLE ELSEWHERE RENAME TO AIRLOCK_DURABLE");
		assertThat(this.counts.get().pending()).isEqualTo(1);
	}

	@Test
	void lastNumbersApplyWhileTheDatabaseDoesNotRespond() {
		List<Runnable> waiting = new ArrayList<>();
		PendingCounts slow = new PendingCounts(this.instance.store, waiting::add, this.instance.clock);
		this.instance.record();
		// Does not wait
		Thread.currentThread().interrupt();
		assertThat(slow.get().pending()).isZero();
		assertThat(slow.get().pending()).isZero();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(waiting).hasSize(1);
		waiting.remove(0).run();
		assertThat(slow.get().pending()).isEqualTo(1);
	}

	@Test
	void transactionWithTheOnlyConnectionDoesNotWaitForIt() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setDataSource(this.instance.dataSource);
			pool.setMaximumPoolSize(1);
			PendingCounts slow = new PendingCounts(
					new JdbcDurableCallStore(pool, TestInstance.STORE_KEY, List.of(), false, Persons.unknown()),
					new SimpleAsyncTaskExecutor("count-"), this.instance.clock);
			this.instance.record();
			new TransactionTemplate(new JdbcTransactionManager(pool))
				.executeWithoutResult((status) -> assertThat(slow.get().pending()).isZero());
			await().untilAsserted(() -> assertThat(slow.get().pending()).isEqualTo(1));
		}
	}

}
