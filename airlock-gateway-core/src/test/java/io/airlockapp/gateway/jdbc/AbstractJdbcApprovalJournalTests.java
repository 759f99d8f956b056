/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

/**
 * Base class of the tests for {@link JdbcApprovalJournal} on each database.
 */
abstract class AbstractJdbcApprovalJournalTests {

	private static final SignerKey KEY = SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=");

	private static final SignerKey OTHER_KEY = SignerKey.of("key-1", "bssqPn/iye8PY+o2bg8oO9txYnkJBm/3RyMx8i5Wt4w=");

	private final String requestId = "req-" + UUID.randomUUID();

	private final Instant expiresAt = Instant.now().plusSeconds(60);

	private DataSource dataSource;

	private JdbcApprovalJournal journal;

	abstract DataSource dataSource();

	@BeforeEach
	void createTables() {
		this.dataSource = dataSource();
		Tables.create(this.dataSource, "AIRLOCK_APPROVAL", "AIRLOCK_NONCE");
		this.journal = journal();
	}

	private JdbcApprovalJournal journal() {
		return journalAt(Instant.now());
	}

	private JdbcApprovalJournal journalAt(Instant now) {
		return new JdbcApprovalJournal(this.dataSource, () -> now);
	}

	@Test
	void connectionFailsIfTheDatabaseDoesNotRespond() throws SQLException {
		Connection connection = mock(Connection.class, delegatesTo(this.dataSource.getConnection()));
		given(connection.getNetworkTimeout()).willReturn(30_000);
		JdbcApprovalJournal journal = new JdbcApprovalJournal(new SingleConnectionDataSource(connection, false),
				InstantSource.system());
		assertThat(journal.claim("req-1")).isFalse();
		InOrder order = inOrder(connection);
		order.verify(connection).setNetworkTimeout(any(), eq(10_000));
		order.verify(connection).commit();
		order.verify(connection).setNetworkTimeout(any(), eq(30_000));
		order.verify(connection).close();
	}

	@Test
	void letsAnApprovalBeClaimedOnce() {
		this.journal.open(this.requestId, this.expiresAt);
		assertThat(this.journal.claim(this.requestId)).isTrue();
		assertThat(this.journal.claim(this.requestId)).isFalse();
	}

	@Test
	void claimWhenRequestIsNotRecordedFails() {
		assertThat(this.journal.claim(this.requestId)).isFalse();
	}

	@Test
	void recordsARequestOnce() {
		this.journal.open(this.requestId, this.expiresAt);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.journal.open(this.requestId, this.expiresAt));
	}

	@Test
	void anotherInstanceSeesWhatWasClaimed() {
		this.journal.open(this.requestId, this.expiresAt);
		assertThat(this.journal.claim(this.requestId)).isTrue();
		assertThat(journal().claim(this.requestId)).isFalse();
	}

	@Test
	void claimIsKeptWhenTransactionOfCallerIsRolledBack() {
		this.journal.open(this.requestId, this.expiresAt);
		TransactionTemplate callers = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		callers.executeWithoutResult((status) -> {
			assertThat(this.journal.claim(this.requestId)).isTrue();
			assertThat(this.journal.use(KEY, this.requestId, "req-1")).isTrue();
			status.setRollbackOnly();
		});
		assertThat(this.journal.claim(this.requestId)).isFalse();
		assertThat(this.journal.use(KEY, this.requestId, "req-2")).isFalse();
	}

	@Test
	void oneOfManyClaimsWins() throws Exception {
		this.journal.open(this.requestId, this.expiresAt);
		assertThat(Concurrently.call(32, () -> journal().claim(this.requestId))).containsOnlyOnce(true);
	}

	@Test
	void oneOfManyRequestsGetsANonce() throws Exception {
		AtomicInteger number = new AtomicInteger();
		assertThat(Concurrently.call(32, () -> journal().use(KEY, this.requestId, "req-" + number.incrementAndGet())))
			.containsOnlyOnce(true);
	}

	@Test
	void aNonceStaysWithItsRequest() throws Exception {
		assertThat(this.journal.use(KEY, this.requestId, "req-1")).isTrue();
		assertThat(this.journal.use(KEY, this.requestId, "req-2")).isFalse();
		assertThat(Concurrently.call(32, () -> journal().use(KEY, this.requestId, "req-1"))).containsOnly(true);
	}

	@Test
	void anotherKeyMayUseTheSameNonce() {
		String nonce = "n".repeat(5000) + this.requestId;
		assertThat(this.journal.use(KEY, nonce, "req-1")).isTrue();
		assertThat(this.journal.use(KEY, nonce, "req-2")).isFalse();
		assertThat(this.journal.use(OTHER_KEY, nonce, "req-2")).isTrue();
	}

	@Test
	void expiredRequestIsDeletedAfterThirtyDays() {
		this.journal.open(this.requestId, Instant.now().minus(Duration.ofDays(31)));
		journal().open("req-" + UUID.randomUUID(), this.expiresAt);
		assertThat(this.journal.claim(this.requestId)).isFalse();
	}

	@Test
	void requestIsNotDeletedWhenClockOfAnotherInstanceIsAhead() {
		this.journal.open(this.requestId, this.expiresAt);
		assertThat(this.journal.use(KEY, this.requestId, "req-1")).isTrue();
		journalAt(Instant.now().plus(Duration.ofDays(40))).open("req-" + UUID.randomUUID(), this.expiresAt);
		assertThat(this.journal.use(KEY, this.requestId, "req-2")).isFalse();
		assertThat(this.journal.claim(this.requestId)).isTrue();
	}

	@Test
	void expiredRequestsAreDeletedOnceAnHour() {
		Instant start = Instant.now();
		Instant longOver = start.minus(Duration.ofDays(31));
		AtomicReference<Instant> now = new AtomicReference<>(start);
		JdbcApprovalJournal running = new JdbcApprovalJournal(this.dataSource, now::get);
		running.open("req-" + UUID.randomUUID(), this.expiresAt);
		this.journal.open(this.requestId, longOver);
		assertThat(journalAt(longOver).use(KEY, this.requestId, "req-1")).isTrue();
		now.set(start.plus(Duration.ofMinutes(59)));
		running.open("req-" + UUID.randomUUID(), this.expiresAt);
		assertThat(this.journal.use(KEY, this.requestId, "req-2")).isFalse();
		now.set(start.plus(Duration.ofMinutes(60)));
		running.open("req-" + UUID.randomUUID(), this.expiresAt);
		assertThat(this.journal.claim(this.requestId)).isFalse();
		assertThat(this.journal.use(KEY, this.requestId, "req-2")).isTrue();
	}

}
