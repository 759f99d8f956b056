/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.util.CollectionUtils;

/**
 * {@link PairingStore} in a database that several instances share. Each operation is a
 * single statement in a separate transaction, which is committed independently of the
 * caller's transaction.
 * <p>
 * The table is {@code AIRLOCK_PAIRING}.
 */
public final class JdbcPairingStore implements PairingStore {

	/**
	 * The time after which a statement fails. A thread that waits for approvers reads the
	 * pairings, and must not miss its deadline, or the votes of others.
	 */
	private static final int TIMEOUT_SECONDS = 5;

	private final IndependentTransactionTemplate transactions;

	/**
	 * Create a store.
	 * @param dataSource the database
	 */
	public JdbcPairingStore(DataSource dataSource) {
		this.transactions = new IndependentTransactionTemplate(dataSource, TIMEOUT_SECONDS);
	}

	@Override
	public @Nullable Entry read(String name) {
		PairingStore.requireName(name);
		try {
			return CollectionUtils
				.firstElement(this.transactions.query("SELECT CONTENT, VERSION FROM AIRLOCK_PAIRING WHERE NAME = ?",
						(row, number) -> new Entry(row.getString(1), row.getString(2)), name));
		}
		catch (DataAccessException ex) {
			throw new PairingStoreException("Entry '%s' cannot be read from the database".formatted(name), ex);
		}
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		PairingStore.requireName(name);
		if (text == null) {
			return (expected != null) ? change(name, "DELETE FROM AIRLOCK_PAIRING WHERE NAME = ? AND VERSION = ?", name,
					expected.version()) : read(name) == null;
		}
		String version = UUID.randomUUID().toString();
		return (expected != null)
				? change(name, "UPDATE AIRLOCK_PAIRING SET CONTENT = ?, VERSION = ? WHERE NAME = ? AND VERSION = ?",
						text, version, name, expected.version())
				: change(name, "INSERT INTO AIRLOCK_PAIRING (CONTENT, VERSION, NAME) VALUES (?, ?, ?)", text, version,
						name);
	}

	private boolean change(String name, String sql, Object... values) {
		try {
			return this.transactions.update(sql, values) == 1;
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
		catch (DataIntegrityViolationException ex) {
			// The cause is omitted, since databases include values in these errors
			throw new PairingStoreException(
					"Entry '%s' cannot be written, because the table AIRLOCK_PAIRING takes no such row. Compare it with its script."
						.formatted(name));
		}
		catch (DataAccessException ex) {
			throw new PairingStoreException("Entry '%s' cannot be written to the database".formatted(name), ex);
		}
	}

}
