package io.airlockapp.gateway.approval.guard;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.jdbc.IndependentTransactionTemplate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;

/**
 * Stores approvals and nonces in a database that several instances share. Each statement
 * runs in a separate transaction, so that it is committed before anything is sent or
 * started, and never rolled back with the transaction of the method.
 * <p>
 * The tables are defined in {@code io/airlockapp/gateway/approval/jdbc/schema.sql}.
 */
public final class JdbcApprovalJournal implements ApprovalJournal, ReplayJournal {

	private static final Log logger = LogFactory.getLog(JdbcApprovalJournal.class);

	/**
	 * The time for which expired approvals and used nonces are kept. Decisions are also
	 * bound to their request by the artifact hash.
	 */
	private static final Duration RETENTION = Duration.ofDays(30);

	private static final Duration DELETION_INTERVAL = Duration.ofHours(1);

	private final IndependentTransactionTemplate transactions;

	private final InstantSource clock;

	private volatile Instant nextDeletion = Instant.MIN;

	/**
	 * Create a journal.
	 * @param dataSource the database
	 * @param clock the time of day
	 */
	public JdbcApprovalJournal(DataSource dataSource, InstantSource clock) {
		this.transactions = new IndependentTransactionTemplate(dataSource);
		this.clock = clock;
	}

	@Override
	public void open(String requestId, Instant expiresAt) {
		deleteNowAndThen();
		execute(() -> this.transactions.update(
				"INSERT INTO AIRLOCK_APPROVAL (REQUEST_ID, EXPIRES_AT, CLAIMED_AT) VALUES (?, ?, NULL)", requestId,
				expiresAt.toEpochMilli()));
	}

	@Override
	public boolean claim(String requestId) {
		return execute(() -> this.transactions.update(
				"UPDATE AIRLOCK_APPROVAL SET CLAIMED_AT = ? WHERE REQUEST_ID = ? AND CLAIMED_AT IS NULL",
				this.clock.millis(), requestId)) == 1;
	}

	@Override
	public boolean use(SignerKey key, String nonce, String requestId) {
		String nonceHash = ArtifactHash.of(nonce.getBytes(StandardCharsets.UTF_8));
		try {
			execute(() -> this.transactions.update(
					"INSERT INTO AIRLOCK_NONCE (SIGNER_KEY, NONCE_HASH, REQUEST_ID, USED_AT) VALUES (?, ?, ?, ?)",
					key.encode(), nonceHash, requestId, this.clock.millis()));
			return true;
		}
		catch (DuplicateKeyException ex) {
			return execute(() -> this.transactions.query(
					"SELECT REQUEST_ID FROM AIRLOCK_NONCE WHERE SIGNER_KEY = ? AND NONCE_HASH = ?",
					(row, number) -> row.getString(1), key.encode(), nonceHash))
				.contains(requestId);
		}
	}

	/**
	 * Delete old entries, at most once per interval.
	 */
	private void deleteNowAndThen() {
		Instant now = this.clock.instant();
		if (now.isBefore(this.nextDeletion)) {
			return;
		}
		long oldest = now.minus(RETENTION).toEpochMilli();
		try {
			execute(() -> this.transactions.update("DELETE FROM AIRLOCK_APPROVAL WHERE EXPIRES_AT < ?", oldest));
			execute(() -> this.transactions.update("DELETE FROM AIRLOCK_NONCE WHERE USED_AT < ?", oldest));
			this.nextDeletion = now.plus(DELETION_INTERVAL);
		}
		catch (DataAccessException ex) {
			// For example, if another instance deletes at the same time
			logger.debug("Approvals that are long over are deleted later: " + ex.getClass().getName());
		}
	}

	private static <T> T execute(Supplier<T> statement) {
		try {
			return statement.get();
		}
		catch (BadSqlGrammarException ex) {
			throw new ApprovalUnavailableException(
					"the tables AIRLOCK_APPROVAL and AIRLOCK_NONCE are missing or not those of schema.sql. Create them, or "
							+ "set 'airlock.gateway.approval.journal-initialize-schema=always'",
					null, ex);
		}
	}

}
