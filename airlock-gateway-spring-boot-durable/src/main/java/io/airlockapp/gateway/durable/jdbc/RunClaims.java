/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Rows that permit the transactions of a run to commit, while its claim of the call is in
 * force. A transaction locks one of these rows until it has ended, and inserts a row of
 * its own. Taking the claim back deletes the rows, and therefore waits for each
 * transaction that is being committed.
 * <p>
 * A transaction never waits for another one of its run, which may be an outer one in the
 * same thread: it locks a row that is free. The rows are not changed, so that a
 * transaction with an old snapshot can lock them, too.
 *
 * @param jdbc the access to the database
 */
record RunClaims(JdbcOperations jdbc) {

	/**
	 * The maximum number of transactions of a run that are being committed at the same
	 * time. All but one are begun while another one is being committed, and each needs a
	 * connection.
	 */
	static final int SLOTS = 8;

	private static final String INSERT = "INSERT INTO AIRLOCK_DURABLE_CLAIM (ID, SLOT, RUN_ID) VALUES "
			+ IntStream.range(0, SLOTS)
				.mapToObj((slot) -> "(?, %s, ?)".formatted(slot))
				.collect(Collectors.joining(", "));

	/**
	 * Permit a run to commit.
	 */
	void insert(String id, String runId) {
		this.jdbc.update(INSERT, IntStream.range(0, SLOTS).boxed().flatMap((slot) -> Stream.of(id, runId)).toArray());
	}

	/**
	 * Keep a run from commits until the transaction of the current thread has ended.
	 * @return {@code false} if the run is committing, which is not waited for: the host
	 * of its process may have vanished
	 */
	boolean lock(String id, String runId) {
		return this.jdbc
			.queryForList("SELECT SLOT FROM AIRLOCK_DURABLE_CLAIM WHERE ID = ? AND RUN_ID = ? FOR UPDATE SKIP LOCKED",
					id, runId)
			.size() == SLOTS;
	}

	/**
	 * Permit a run no further commit, after those that are in progress.
	 */
	void delete(String id, String runId) {
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_CLAIM WHERE ID = ? AND RUN_ID = ?", id, runId);
	}

	/**
	 * Permit the run of a call no further commit, after those that are in progress, if
	 * its outcome is not known.
	 */
	void deleteUnknown(String id) {
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_CLAIM WHERE ID = ? "
				+ "AND EXISTS (SELECT 1 FROM AIRLOCK_DURABLE WHERE ID = ? AND STATE = 'UNKNOWN')", id, id);
	}

	/**
	 * Record that the transaction of the current thread is committed.
	 * @param id the id of the call
	 * @param runId the id of the run
	 * @param time the time of the commit
	 * @return {@code false} if the transaction must not be committed
	 */
	boolean commit(String id, String runId, long time) {
		return lockSlot(id, runId) && this.jdbc.update(
				"INSERT INTO AIRLOCK_DURABLE_COMMIT (ID, TRANSACTION_ID, COMMITTED_AT) VALUES (?, ?, ?)", id,
				UUID.randomUUID().toString(), time) == 1;
	}

	/**
	 * One row at a time by its primary key, so that a serializable transaction locks no
	 * others, nor gaps between them.
	 */
	private boolean lockSlot(String id, String runId) {
		for (int slot = 0; slot < SLOTS; slot++) {
			if (!this.jdbc
				.queryForList("SELECT SLOT FROM AIRLOCK_DURABLE_CLAIM WHERE ID = ? AND SLOT = ? AND RUN_ID = ? "
						+ "FOR UPDATE SKIP LOCKED", id, slot, runId)
				.isEmpty()) {
				return true;
			}
		}
		return false;
	}

}
