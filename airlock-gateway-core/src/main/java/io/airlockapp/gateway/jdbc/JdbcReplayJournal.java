/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Savepoint;
import java.time.InstantSource;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignerKey;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link ReplayJournal} that records the use of nonces in the transaction of the current
 * thread, so that a rollback frees them together with the decision.
 * <p>
 * The table is {@code AIRLOCK_NONCE}.
 *
 * @param jdbc the statements in the transaction of the current thread
 * @param clock the time of day
 */
public record JdbcReplayJournal(JdbcTemplate jdbc, InstantSource clock) implements ReplayJournal {

	@Override
	public boolean use(SignerKey key, String nonce, String requestId) {
		String nonceHash = ArtifactHash.of(nonce.getBytes(StandardCharsets.UTF_8));
		return insert(key, nonceHash, requestId) || this.jdbc
			.queryForList("SELECT REQUEST_ID FROM AIRLOCK_NONCE WHERE SIGNER_KEY = ? AND NONCE_HASH = ?", String.class,
					key.encode(), nonceHash)
			.contains(requestId);
	}

	/**
	 * Inserts in a savepoint, since PostgreSQL otherwise aborts the transaction if the
	 * nonce exists. Waits for another transaction that has inserted the same nonce.
	 */
	private boolean insert(SignerKey key, String nonceHash, String requestId) {
		return Boolean.TRUE.equals(this.jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			Savepoint savepoint = connection.setSavepoint();
			try {
				this.jdbc.update(
						"INSERT INTO AIRLOCK_NONCE (SIGNER_KEY, NONCE_HASH, REQUEST_ID, USED_AT) VALUES (?, ?, ?, ?)",
						key.encode(), nonceHash, requestId, this.clock.millis());
			}
			catch (DuplicateKeyException ex) {
				connection.rollback(savepoint);
				return false;
			}
			connection.releaseSavepoint(savepoint);
			return true;
		}));
	}

}
