/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Base class of the tests for {@link JdbcRequestBudget} on each database.
 */
abstract class AbstractJdbcRequestBudgetTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration DAY = Duration.ofDays(1);

	/**
	 * An hour and its fiftieth, divided by the 55 of 60 requests that are not a burst.
	 */
	private static final long STEP = 66_764;

	private static final int INSTANCES = 8;

	private final HikariDataSource database = new HikariDataSource();

	private JdbcTemplate jdbc;

	abstract String url();

	@BeforeEach
	void createTable() {
		this.database.setJdbcUrl(url());
		this.database.setMaximumPoolSize(INSTANCES + 1);
		this.jdbc = new JdbcTemplate(this.database);
		Tables.create(this.database, "AIRLOCK_REQUEST_BUDGET");
		this.jdbc.update("DELETE FROM AIRLOCK_REQUEST_BUDGET");
	}

	@AfterEach
	void close() {
		assertThat(this.database.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.database.close();
	}

	private JdbcRequestBudget budget() {
		return new JdbcRequestBudget(this.database, "gateway", 60, HOUR);
	}

	@Test
	void turnsAfterABurstAreSpreadEvenly() {
		List<Duration> waits = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			waits.add(budget().takeTurn(DAY));
		}
		assertThat(waits.subList(0, 6)).containsOnly(Duration.ZERO);
		assertAbout(waits.get(6), STEP);
		assertAbout(waits.get(7), 2 * STEP);
		assertAbout(waits.get(8), 3 * STEP);
	}

	@Test
	void limitIsNotExceededWithinAPeriodEvenAfterABurst() {
		List<Duration> waits = new ArrayList<>();
		for (int i = 0; i < 61; i++) {
			waits.add(budget().takeTurn(DAY));
		}
		assertThat(waits.get(60)).isGreaterThan(HOUR);
	}

	@Test
	void smallLimitHasNoBurst() {
		JdbcRequestBudget budget = new JdbcRequestBudget(this.database, "gateway", 5, Duration.ofSeconds(10));
		assertThat(budget.takeTurn(DAY)).isZero();
		assertThat(budget.takeTurn(DAY)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(2100));
	}

	@Test
	void turnsOfInstancesAreDistinct() throws Exception {
		int turns = 8;
		Concurrently.call(INSTANCES, () -> {
			JdbcRequestBudget budget = budget();
			for (int i = 0; i < turns; i++) {
				budget.takeTurn(DAY);
			}
			return true;
		});
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_REQUEST_BUDGET", Integer.class)).isOne();
		// All but the six of the burst
		assertAbout(budget().takeTurn(DAY), (INSTANCES * turns - 5) * STEP);
	}

	@Test
	void rowsAreSeparate() {
		for (int i = 0; i < 10; i++) {
			budget().takeTurn(DAY);
		}
		assertThat(new JdbcRequestBudget(this.database, "durable", 60, HOUR).takeTurn(DAY)).isZero();
	}

	@Test
	void pausePostponesTheTurnsOfAllRowsOnce() {
		JdbcRequestBudget durable = new JdbcRequestBudget(this.database, "durable", 60, HOUR);
		durable.takeTurn(DAY);
		JdbcRequestBudget budget = budget();
		budget.takeTurn(DAY);
		budget.pause(Duration.ofSeconds(30));
		budget.pause(Duration.ofSeconds(20));
		budget.pause(Duration.ofSeconds(30));
		assertAbout(budget.takeTurn(DAY), 30_000);
		assertAbout(budget.takeTurn(DAY), 30_000 + STEP);
		assertAbout(durable.takeTurn(DAY), 30_000);
	}

	@Test
	void turnsThatAreTooLateAreNotTaken() {
		JdbcRequestBudget budget = budget();
		budget.takeTurn(DAY);
		budget.pause(Duration.ofSeconds(60));
		for (int i = 0; i < 200; i++) {
			assertAbout(budget.takeTurn(Duration.ofSeconds(30)), 60_000);
		}
		assertAbout(budget.takeTurn(Duration.ofSeconds(90)), 60_000);
		assertAbout(budget.takeTurn(Duration.ofSeconds(90)), 60_000 + STEP);
		assertAbout(budget.takeTurn(Duration.ofDays(1000)), 60_000 + STEP);
		assertThat(new JdbcRequestBudget(this.database, "durable", 60, HOUR).takeTurn(Duration.ZERO)).isZero();
	}

	@Test
	void absurdPauseIsCutToTwoMinutes() {
		JdbcRequestBudget budget = budget();
		budget.takeTurn(DAY);
		budget.pause(Duration.ofDays(1));
		assertAbout(budget.takeTurn(DAY), 120_000);
	}

	@Test
	void timeThatIsFarAheadIsIgnored() {
		budget().takeTurn(DAY);
		this.jdbc.update("UPDATE AIRLOCK_REQUEST_BUDGET SET NEXT_AT = NEXT_AT + 8000000");
		assertThat(budget().takeTurn(DAY)).isZero();
		assertAbout(budget().takeTurn(DAY), STEP);
	}

	@Test
	void rowIsIndependentOfTheCallersTransaction() {
		new TransactionTemplate(new JdbcTransactionManager(this.database)).executeWithoutResult((status) -> {
			for (int i = 0; i < 6; i++) {
				budget().takeTurn(DAY);
			}
			status.setRollbackOnly();
		});
		assertAbout(budget().takeTurn(DAY), STEP);
	}

	@Test
	void missingTableIsAnError() {
		this.jdbc.execute("DROP TABLE AIRLOCK_REQUEST_BUDGET");
		for (Runnable use : List.<Runnable>of(() -> budget().takeTurn(DAY), () -> budget().pause(Duration.ZERO))) {
			assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(use::run);
		}
	}

	@Test
	void unreachableDatabaseIsAnError() {
		DataSource none = new DriverManagerDataSource("jdbc:none:secret");
		JdbcRequestBudget budget = new JdbcRequestBudget(none, "gateway", 60, HOUR);
		assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(() -> budget.takeTurn(DAY));
	}

	/**
	 * Assert a wait that began a moment ago.
	 */
	private static void assertAbout(Duration wait, long millis) {
		assertThat(wait).isBetween(Duration.ofMillis(millis - 10_000), Duration.ofMillis(millis));
	}

}
