package io.airlockapp.gateway.approval.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.IntSupplier;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignerKey;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Remembers approvals and nonces in a database that several instances share. Each step is
 * one statement in a transaction of its own, so that it is committed before anything is
 * sent or started, and never rolled back with what the method does.
 * <p>
 * The tables are in {@code schema.sql} beside this class.
 */
public final class JdbcApprovalJournal implements ApprovalJournal, ReplayJournal {

	/**
	 * How long a used nonce is remembered after its last possible use. Decisions are
	 * bound to their request by the artifact hash as well.
	 */
	private static final Duration RETENTION = Duration.ofDays(30);

	private final JdbcOperations jdbc;

	private final TransactionOperations newTransaction;

	private final InstantSource clock;

	/**
	 * Create a journal.
	 * @param jdbc the database
	 * @param newTransaction runs statements in a transaction that is independent of any
	 * open one
	 * @param clock the time of day
	 */
	public JdbcApprovalJournal(JdbcOperations jdbc, TransactionOperations newTransaction, InstantSource clock) {
		this.jdbc = jdbc;
		this.newTransaction = newTransaction;
		this.clock = clock;
	}

	@Override
	public void open(String requestId, Instant expiresAt) {
		execute(() -> {
			long oldest = this.clock.instant().minus(RETENTION).toEpochMilli();
			this.jdbc.update("DELETE FROM AIRLOCK_APPROVAL WHERE EXPIRES_AT < ?", oldest);
			this.jdbc.update("DELETE FROM AIRLOCK_NONCE WHERE USED_AT < ?", oldest);
			this.jdbc.update("INSERT INTO AIRLOCK_APPROVAL (REQUEST_ID, EXPIRES_AT, CLAIMED_AT) VALUES (?, ?, NULL)",
					requestId, expiresAt.toEpochMilli());
			return 1;
		});
	}

	@Override
	public boolean claim(String requestId) {
		return execute(() -> this.jdbc.update(
				"UPDATE AIRLOCK_APPROVAL SET CLAIMED_AT = ? WHERE REQUEST_ID = ? AND CLAIMED_AT IS NULL",
				this.clock.millis(), requestId)) == 1;
	}

	@Override
	public boolean firstUse(SignerKey key, String nonce) {
		try {
			execute(() -> this.jdbc.update(
					"INSERT INTO AIRLOCK_NONCE (SIGNER_KEY, NONCE_HASH, USED_AT) VALUES (?, ?, ?)", key.encode(),
					ArtifactHash.of(nonce.getBytes(StandardCharsets.UTF_8)), this.clock.millis()));
			return true;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
	}

	private int execute(IntSupplier statements) {
		try {
			Integer rows = this.newTransaction.execute((status) -> statements.getAsInt());
			return (rows != null) ? rows : 0;
		}
		catch (BadSqlGrammarException ex) {
			throw new ApprovalUnavailableException(
					"the tables AIRLOCK_APPROVAL and AIRLOCK_NONCE are missing or not those of schema.sql. Create them, or "
							+ "set 'airlock.gateway.approval.journal-initialize-schema=always'",
					null, ex);
		}
	}

}
