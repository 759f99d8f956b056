/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Instant;
import java.util.Objects;

import javax.sql.DataSource;

import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.halt.HaltStore;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.util.CollectionUtils;

/**
 * {@link HaltStore} in one row of a database that all instances share. Each statement
 * runs in a separate transaction, independently of the caller's transaction.
 * <p>
 * The table is {@code AIRLOCK_HALT}.
 */
public final class JdbcHaltStore implements HaltStore {

	private static final String NAME = "gateway";

	/**
	 * The time after which a statement fails, such as one that waits for a lock.
	 */
	private static final int TIMEOUT_SECONDS = 2;

	private final IndependentTransactionTemplate transactions;

	/**
	 * Create a store.
	 * @param dataSource the database
	 */
	public JdbcHaltStore(DataSource dataSource) {
		this.transactions = new IndependentTransactionTemplate(dataSource, TIMEOUT_SECONDS);
	}

	@Override
	public @Nullable HaltState read() {
		return CollectionUtils
			.firstElement(this.transactions.query("SELECT REASON, OPERATOR, HALTED_AT FROM AIRLOCK_HALT WHERE NAME = ?",
					(row, number) -> new HaltState(row.getString(1), row.getString(2),
							Instant.ofEpochMilli(row.getLong(3))),
					NAME));
	}

	@Override
	public void write(HaltState state) {
		try {
			insertOrUpdate(state);
		}
		catch (PessimisticLockingFailureException ex) {
			// MariaDB rolls back all but one of several concurrent insertions
			insertOrUpdate(state);
		}
	}

	private void insertOrUpdate(HaltState state) {
		Object[] values = { state.reason(), Objects.requireNonNullElse(state.operator(), ""),
				state.since().toEpochMilli(), NAME };
		if (this.transactions.update("UPDATE AIRLOCK_HALT SET REASON = ?, OPERATOR = ?, HALTED_AT = ? WHERE NAME = ?",
				values) == 0) {
			try {
				this.transactions
					.update("INSERT INTO AIRLOCK_HALT (REASON, OPERATOR, HALTED_AT, NAME) VALUES (?, ?, ?, ?)", values);
			}
			catch (DuplicateKeyException ex) {
				// Another instance was halted at the same time, which is as good
			}
		}
	}

	@Override
	public boolean remove(HaltState state) {
		return this.transactions.update("DELETE FROM AIRLOCK_HALT WHERE NAME = ? AND HALTED_AT = ?", NAME,
				state.since().toEpochMilli()) > 0;
	}

}
