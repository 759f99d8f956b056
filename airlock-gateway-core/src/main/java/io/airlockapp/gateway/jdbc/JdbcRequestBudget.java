/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.support.Durations;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

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
		this.transactions = new IndependentTransactionTemplate(dataSource, TIMEOUT_SECONDS);
		this.name = name;
		int burst = Math.min(MAX_BURST, limit / 10);
		Duration distance = GatewayRateLimiter.withJitter(period).dividedBy(limit - burst);
		this.step = distance.plusNanos(999_999).toMillis();
		this.burst = burst * this.step;
		this.maxAhead = MAX_PAUSE.plus(period).multipliedBy(2).toMillis();
	}

	@Override
	public Duration takeTurn(Duration longest) {
		long limit = Durations.min(longest, Duration.ofMillis(this.maxAhead)).toMillis();
		return this.transactions.execute((jdbc) -> take(jdbc, limit)).or(() -> {
			create();
			return this.transactions.execute((jdbc) -> take(jdbc, limit));
		}).orElseThrow(() -> new EmptyResultDataAccessException("The row of the budget was deleted", 1));
	}

	/**
	 * Postpone the turns of all rows, since they are parts of the same quota.
	 */
	@Override
	public void pause(Duration pause) {
		long millis = Durations.min(pause, MAX_PAUSE).toMillis();
		this.transactions.execute((jdbc) -> jdbc.update(SupportedDatabase.withTime(PAUSE, jdbc), millis));
	}

	private Optional<Duration> take(JdbcTemplate jdbc, long longest) {
		Optional<Turn> found = jdbc
			.query(SupportedDatabase.withTime(FIND, jdbc), (row, number) -> next(row.getLong(1), row.getLong(2)),
					this.name)
			.stream()
			.findFirst();
		if (found.isPresent() && found.get().ahead() <= longest) {
			jdbc.update(TAKE, found.get().time() + this.step, this.name);
		}
		return found.map((turn) -> Duration.ofMillis(Math.max(0, turn.ahead())));
	}

	private Turn next(long next, long now) {
		// A time in the far future is due to a change of the database's clock
		long time = (next > now + this.maxAhead) ? now : Math.max(next, now - this.burst);
		return new Turn(time, time - now);
	}

	private void create() {
		try {
			this.transactions.update(CREATE, this.name);
		}
		catch (DuplicateKeyException ex) {
			// Another instance has created the row
		}
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

}
