/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;

/**
 * Stores approvals and nonces in a database that several instances share. Each statement
 * runs in a separate transaction, so that it is committed before anything is sent or
 * started, and never rolled back with the transaction of the method.
 * <p>
 * The tables are {@code AIRLOCK_APPROVAL} and {@code AIRLOCK_NONCE}.
 */
public final class JdbcApprovalJournal implements ApprovalJournal, ReplayJournal {

	private static final Log logger = LogFactory.getLog(JdbcApprovalJournal.class);

	/**
	 * The time for which expired approvals and used nonces are kept. Decisions are also
	 * bound to their request by the artifact hash.
	 */
	private static final Duration RETENTION = Duration.ofDays(30);

	private static final Duration DELETION_INTERVAL = Duration.ofHours(1);

	/**
	 * The time after which a statement fails. A thread that waits for approvers writes
	 * the journal, and must not miss its deadline, or the votes of others.
	 */
	private static final int TIMEOUT_SECONDS = 5;

	private static final int DELETION_TIMEOUT_SECONDS = 30;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final IndependentTransactionTemplate transactions;

	private final IndependentTransactionTemplate deletions;

	private final InstantSource clock;

	private volatile Instant nextDeletion = Instant.MIN;

	/**
	 * Create a journal.
	 * @param dataSource the database
	 * @param clock the time of day
	 */
	public JdbcApprovalJournal(DataSource dataSource, InstantSource clock) {
		this.transactions = new IndependentTransactionTemplate(dataSource, TIMEOUT_SECONDS);
		this.deletions = new IndependentTransactionTemplate(dataSource, DELETION_TIMEOUT_SECONDS);
		this.clock = clock;
	}

	@Override
	public void open(String requestId, Instant expiresAt) {
		deleteNowAndThen();
		this.transactions.update(
				"INSERT INTO AIRLOCK_APPROVAL (REQUEST_ID, EXPIRES_AT, CLAIMED_AT) VALUES (?, ?, NULL)", requestId,
				expiresAt.toEpochMilli());
	}

	@Override
	public boolean claim(String requestId) {
		return this.transactions.update(
				"UPDATE AIRLOCK_APPROVAL SET CLAIMED_AT = ? WHERE REQUEST_ID = ? AND CLAIMED_AT IS NULL",
				this.clock.millis(), requestId) == 1;
	}

	@Override
	public boolean use(SignerKey key, String nonce, String requestId) {
		return this.transactions.execute((jdbc) -> new JdbcReplayJournal(jdbc, this.clock).use(key, nonce, requestId));
	}

	/**
	 * Delete old entries, at most once per interval, by the time of the database. An
	 * instance whose clock is fast would delete pending ones of others.
	 */
	private void deleteNowAndThen() {
		Instant now = this.clock.instant();
		if (now.isBefore(this.nextDeletion)) {
			return;
		}
		this.nextDeletion = now.plus(DELETION_INTERVAL);
		try {
			delete("DELETE FROM AIRLOCK_APPROVAL WHERE EXPIRES_AT < %s - ?");
			delete("DELETE FROM AIRLOCK_NONCE WHERE USED_AT < %s - ?");
			this.warnings.reset();
		}
		catch (ConcurrencyFailureException ex) {
			logger.debug("Another instance deletes approvals that are long over at the same time");
		}
		catch (DataAccessException ex) {
			this.warnings.warn("Approvals that are long over cannot be deleted, so the tables AIRLOCK_APPROVAL and "
					+ "AIRLOCK_NONCE grow: " + ex.getClass().getName());
		}
	}

	private void delete(String sql) {
		this.deletions.execute((jdbc) -> jdbc.update(SupportedDatabase.withTime(sql, jdbc), RETENTION.toMillis()));
	}

}
