/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.client.ratelimit.RequestBudgetException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.ConnectionCallback;

/**
 * {@link RequestBudget} in one row of a database that several instances share. The row
 * contains the time of the next turn. Each operation runs in a separate transaction,
 * independently of the caller's transaction.
 * <p>
 * All times are those of the database. With the times of the instances, one whose clock
 * is fast would postpone the turns of all others by the difference.
 * <p>
 * The table is {@code AIRLOCK_REQUEST_BUDGET}.
 */
public final class JdbcRequestBudget implements RequestBudget {

	private static final String FIND = "SELECT NEXT_AT, %s FROM AIRLOCK_REQUEST_BUDGET WHERE NAME = ? FOR UPDATE";

	private static final String TAKE = "UPDATE AIRLOCK_REQUEST_BUDGET SET NEXT_AT = ? WHERE NAME = ?";

	private static final String CREATE = "INSERT INTO AIRLOCK_REQUEST_BUDGET (NAME, NEXT_AT) VALUES (?, 0)";

	private static final String PAUSE = "UPDATE AIRLOCK_REQUEST_BUDGET SET NEXT_AT = GREATEST(NEXT_AT, %s + ?)";

	private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

	private static final Duration MIN_JITTER = Duration.ofMillis(500);

	private static final int MAX_BURST = 5;

	private static final int TIMEOUT_SECONDS = 2;

	private final IndependentTransactionTemplate transactions;

	private final String name;

	private final long step;

	private final long burst;

	private final long maxAhead;

	/**
	 * Create a budget. Of the requests in a period, a tenth but at most five can be sent
	 * without a distance after a time with fewer requests. All others are spread evenly,
	 * so that the limit is not exceeded within any period.
	 * @param dataSource the database
	 * @param name the name of the row, which is created if it is missing
	 * @param limit the maximum number of requests within a period, at least 1
	 * @param period the period
	 */
	public JdbcRequestBudget(DataSource dataSource, String name, int limit, Duration period) {
		if (limit < 1) {
			throw new IllegalArgumentException("'limit' must be positive, but is " + limit);
		}
		if (period.isNegative() || period.isZero()) {
			throw new IllegalArgumentException("'period' must be positive, but is " + period);
		}
		this.transactions = new IndependentTransactionTemplate(dataSource);
		this.name = name;
		int burst = Math.min(MAX_BURST, limit / 10);
		// Requests that are spaced here can bunch up in transit
		Duration jitter = period.dividedBy(50);
		Duration distance = period.plus((jitter.compareTo(MIN_JITTER) > 0) ? jitter : MIN_JITTER)
			.dividedBy(limit - burst);
		this.step = distance.plusNanos(999_999).toMillis();
		this.burst = burst * this.step;
		this.maxAhead = MAX_PAUSE.plus(period).multipliedBy(2).toMillis();
	}

	@Override
	public Duration takeTurn(Duration longest) {
		long limit = (longest.compareTo(Duration.ofMillis(this.maxAhead)) < 0) ? longest.toMillis() : this.maxAhead;
		try {
			return execute((connection) -> take(connection, limit)).or(() -> {
				create();
				return execute((connection) -> take(connection, limit));
			}).orElseThrow(() -> new RequestBudgetException("its row was deleted", null));
		}
		catch (DataAccessException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Postpone the turns of all rows, since they are parts of the same quota.
	 */
	@Override
	public void pause(Duration pause) {
		long millis = ((pause.compareTo(MAX_PAUSE) < 0) ? pause : MAX_PAUSE).toMillis();
		try {
			execute((connection) -> update(connection, withTime(PAUSE, connection), millis));
		}
		catch (DataAccessException ex) {
			throw unavailable(ex);
		}
	}

	private <T> T execute(ConnectionCallback<T> action) {
		return this.transactions.execute((jdbc) -> jdbc.execute(action));
	}

	private static String withTime(String sql, Connection connection) throws SQLException {
		return sql.formatted(SupportedDatabase.of(connection).now());
	}

	private Optional<Duration> take(Connection connection, long longest) throws SQLException {
		Optional<Turn> found = execute(connection, withTime(FIND, connection), this::find, this.name);
		if (found.isPresent() && found.get().ahead() <= longest) {
			update(connection, TAKE, found.get().time() + this.step, this.name);
		}
		return found.map((turn) -> Duration.ofMillis(Math.max(0, turn.ahead())));
	}

	private Optional<Turn> find(PreparedStatement statement) throws SQLException {
		try (ResultSet rows = statement.executeQuery()) {
			if (!rows.next()) {
				return Optional.empty();
			}
			long next = rows.getLong(1);
			long now = rows.getLong(2);
			// A time in the far future is due to a change of the database's clock
			long time = (next > now + this.maxAhead) ? now : Math.max(next, now - this.burst);
			return Optional.of(new Turn(time, time - now));
		}
	}

	private void create() {
		try {
			this.transactions.update(CREATE, this.name);
		}
		catch (DuplicateKeyException ex) {
			// Another instance has created the row
		}
	}

	private static int update(Connection connection, String sql, Object... arguments) throws SQLException {
		return execute(connection, sql, PreparedStatement::executeUpdate, arguments);
	}

	private static <T> T execute(Connection connection, String sql, Execution<T> execution, Object... arguments)
			throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			new ArgumentPreparedStatementSetter(arguments).setValues(statement);
			// H2 applies the timeout to the whole connection, which belongs to a pool
			int timeout = statement.getQueryTimeout();
			statement.setQueryTimeout(TIMEOUT_SECONDS);
			try {
				return execution.execute(statement);
			}
			finally {
				statement.setQueryTimeout(timeout);
			}
		}
	}

	private static RequestBudgetException unavailable(DataAccessException ex) {
		return new RequestBudgetException("the database failed with a " + ex.getClass().getName(), ex);
	}

	/**
	 * The next turn.
	 *
	 * @param time its time, in milliseconds
	 * @param ahead the milliseconds until then, which are negative if it could have been
	 * taken earlier
	 */
	private record Turn(long time, long ahead) {
	}

	@FunctionalInterface
	private interface Execution<T> {

		T execute(PreparedStatement statement) throws SQLException;

	}

}
