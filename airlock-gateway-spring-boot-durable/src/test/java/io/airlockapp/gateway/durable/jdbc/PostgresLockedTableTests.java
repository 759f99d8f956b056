/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.CallObserver;
import io.airlockapp.gateway.durable.CallRecorder;
import io.airlockapp.gateway.durable.DefaultDurableApprovals;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableDependencies;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.PendingCounts;
import io.airlockapp.gateway.durable.TransitionPublisher;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.jdbc.TestApplication.EachKind;
import io.airlockapp.gateway.durable.jdbc.TestApplication.Kind;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.jdbc.OnPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests that a table which another session has locked, as {@code ALTER TABLE} does, costs
 * a caller one exception, and not its transaction. They require a PostgreSQL that is
 * given by {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresLockedTableTests {

	private final TestDatabase database = TestDatabase.postgres();

	private TestApplication application;

	private Instant now = TestCalls.NOW;

	private CallRecorder recorder;

	private DurableApprovals approvals;

	private void start(Kind kind) {
		RunTransactionListener listener = new RunTransactionListener(this.database.dataSource(), () -> this.now);
		this.application = kind.start(this.database).with(listener);
		RecordingTransactions transactions = new RecordingTransactions(this.database.dataSource(), listener);
		JdbcDurableCallStore store = new JdbcDurableCallStore(this.database.dataSource(), TestCalls.STORE_KEY,
				List.of(), false, Persons.unknown());
		DbStepScheduler scheduler = new DbStepScheduler(new BoundJdbcTemplate(this.database.dataSource()),
				() -> this.now);
		PendingCounts counts = new PendingCounts(store, new SimpleAsyncTaskExecutor("count-"), () -> this.now);
		TransitionPublisher publisher = new TransitionPublisher((event) -> {
		}, ApprovalListener.of(List.of()));
		DurableSettings settings = new DurableSettings("one", "command.review", Duration.ofHours(1),
				Duration.ofMinutes(5), 1000, 0, 4, 4, 30, Duration.ofSeconds(25), Duration.ofMinutes(2), 1,
				Duration.ofSeconds(40), ApproverGroups.none());
		ApprovalSteps steps = mock(ApprovalSteps.class);
		given(steps.createPlaintext(any(), any(), any(), any(), any(), any(), any())).willReturn("{}");
		DurableDependencies dependencies = new DurableDependencies(store, scheduler,
				new WorkerTransactions(this.database.dataSource()), publisher, counts, settings, () -> this.now);
		this.recorder = new CallRecorder(dependencies, transactions, steps, CallObserver.none(), List.of(),
				TestCalls.STORE_KEY);
		this.approvals = new DefaultDurableApprovals(dependencies, this.recorder, transactions, transactions.reading());
	}

	@AfterEach
	void close() {
		this.application.close();
		this.database.close();
	}

	private String record() {
		return this.recorder.record(new WrittenCall("payouts#pay()",
				ApprovalRequest.builder("Pay", "Payouts.pay()").gate("Payouts.pay").build(), "{}", "pay", null));
	}

	private void lock(String table, Runnable action) {
		SingleConnectionDataSource other = new SingleConnectionDataSource(this.database.url(), true);
		other.setAutoCommit(false);
		JdbcTemplate session = new JdbcTemplate(other);
		session.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
		try {
			action.run();
		}
		finally {
			other.destroy();
		}
	}

	private void limitWaiting() {
		new JdbcTemplate(this.database.dataSource()).execute("SET LOCAL lock_timeout = '300ms'");
	}

	@EachKind
	void callersTransactionIsCommittedThoughItsCallCanNotBeRecorded(Kind kind) {
		start(kind);
		for (boolean counted : List.of(false, true)) {
			if (counted) {
				record();
			}
			for (String table : List.of("AIRLOCK_DURABLE", "AIRLOCK_DURABLE_ASK")) {
				int before = this.database.payments();
				lock(table, () -> this.application.transaction().executeWithoutResult((status) -> {
					limitWaiting();
					this.application.pay();
					assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::record)
						.withMessageContaining("never runs");
					this.application.pay();
				}));
				assertThat(this.database.payments()).as("%s, counted: %s", table, counted).isEqualTo(before + 2);
			}
		}
	}

	@Test
	void workersDoNotWaitForTheTransactionOfACallerForEver() {
		start(Kind.JDBC);
		String id = record();
		JdbcDurableCallStore store = new JdbcDurableCallStore(this.database.dataSource(), TestCalls.STORE_KEY,
				List.of(), false, Persons.unknown());
		WorkerTransactions workers = new WorkerTransactions(this.database.dataSource(), Duration.ofSeconds(1));
		SingleConnectionDataSource other = new SingleConnectionDataSource(this.database.url(), true);
		other.setAutoCommit(false);
		new JdbcTemplate(other).update("UPDATE AIRLOCK_DURABLE SET STATE = 'CANCELLING'");
		try {
			assertThatException().isThrownBy(() -> workers.executeWithoutResult((status) -> store.lock(id)));
		}
		finally {
			other.destroy();
		}
		assertThat(workers.<DurableCall>execute((status) -> store.lock(id))).isNotNull();
	}

	@EachKind
	void callersTransactionIsCommittedThoughACallCanNotBeRead(Kind kind) {
		start(kind);
		String id = record();
		lock("AIRLOCK_DURABLE", () -> this.application.transaction().executeWithoutResult((status) -> {
			limitWaiting();
			this.application.pay();
			assertThatException().isThrownBy(() -> this.approvals.find(id));
			assertThatException().isThrownBy(() -> this.approvals.cancel(id));
			this.application.pay();
		}));
		assertThat(this.database.payments()).isEqualTo(2);
	}

	/**
	 * As a worker does when it moves the step of a call to the other kind.
	 */
	@Test
	void callIsCancelledThoughItsStepIsScheduledMeanwhile() throws Exception {
		start(Kind.JDBC);
		String id = record();
		SingleConnectionDataSource other = new SingleConnectionDataSource(this.database.url(), true);
		other.setAutoCommit(false);
		new JdbcTemplate(other).update("INSERT INTO AIRLOCK_DURABLE_ASK (TASK_NAME, TASK_INSTANCE, EXECUTION_TIME, "
				+ "PICKED, VERSION) VALUES ('airlock-ask', ?, CURRENT_TIMESTAMP, FALSE, 1)", id);
		try {
			CompletableFuture<Boolean> cancelled = CompletableFuture
				.supplyAsync(() -> this.application.transaction().execute((status) -> {
					this.application.pay();
					return this.approvals.cancel(id);
				}));
			await().until(
					() -> this.database.elsewhere()
						.queryForObject(
								"SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
										+ "AND LOWER(query) LIKE 'insert into airlock_durable_ask%'",
								Integer.class) > 0);
			other.getConnection().commit();
			assertThat(cancelled.get(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			other.destroy();
		}
		assertThat(this.database.payments()).isOne();
	}

}
