package io.airlockapp.gateway.halt.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.jdbc.IndependentTransactionTemplate;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;

/**
 * {@link HaltStore} in one row of a database that all instances share. Each statement
 * runs in a separate transaction, independently of the caller's transaction.
 * <p>
 * The table is defined in {@code schema.sql} in this package.
 */
public final class JdbcHaltStore implements HaltStore {

	private static final String NAME = "gateway";

	private final IndependentTransactionTemplate transactions;

	/**
	 * Create a store.
	 * @param dataSource the database
	 */
	public JdbcHaltStore(DataSource dataSource) {
		this.transactions = new IndependentTransactionTemplate(dataSource);
	}

	@Override
	public @Nullable HaltState read() {
		List<HaltState> rows = execute(() -> this.transactions
			.query("SELECT REASON, OPERATOR, HALTED_AT FROM AIRLOCK_HALT WHERE NAME = ?", JdbcHaltStore::map, NAME));
		return rows.isEmpty() ? null : rows.get(0);
	}

	private static HaltState map(ResultSet row, int number) throws SQLException {
		return new HaltState(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)));
	}

	@Override
	public void write(@Nullable HaltState state) {
		if (state == null) {
			update("DELETE FROM AIRLOCK_HALT WHERE NAME = ?", NAME);
			return;
		}
		Object[] values = { state.reason(), Objects.requireNonNullElse(state.operator(), ""),
				state.since().toEpochMilli(), NAME };
		if (update("UPDATE AIRLOCK_HALT SET REASON = ?, OPERATOR = ?, HALTED_AT = ? WHERE NAME = ?", values) == 0) {
			try {
				update("INSERT INTO AIRLOCK_HALT (REASON, OPERATOR, HALTED_AT, NAME) VALUES (?, ?, ?, ?)", values);
			}
			catch (DuplicateKeyException ex) {
				// Another instance was halted at the same time, which is as good
			}
		}
	}

	private int update(String sql, Object... values) {
		return execute(() -> this.transactions.update(sql, values));
	}

	private static <T> T execute(Supplier<T> statement) {
		try {
			return statement.get();
		}
		catch (BadSqlGrammarException ex) {
			throw new ApprovalUnavailableException(
					"the table AIRLOCK_HALT is missing or not that of schema.sql. Create it, or set "
							+ "'airlock.gateway.halt.initialize-schema=always'",
					null, ex);
		}
	}

	@Override
	public boolean isShared() {
		return true;
	}

}
