/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStore.Entry;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TableInitializer}.
 */
class TableInitializerTests {

	private static final String[] TABLES = { "AIRLOCK_APPROVAL", "AIRLOCK_NONCE" };

	private static final TableInitializer ALWAYS = new TableInitializer((any) -> true);

	private static final TableInitializer NEVER = new TableInitializer((any) -> false);

	private static final int INSTANCES = 8;

	@ParameterizedTest
	@ValueSource(strings = { "test.postgres", "test.mariadb" })
	void instancesThatStartAtOnceCreateTablesOnce(String server) throws Exception {
		String url = createDatabase(server);
		try {
			assertThat(Concurrently.call(INSTANCES, () -> {
				DataSource database = new DriverManagerDataSource(url);
				ALWAYS.initialize(database, TABLES);
				return new JdbcTemplate(database).queryForList("SELECT NONCE_HASH FROM AIRLOCK_NONCE").isEmpty();
			})).hasSize(INSTANCES).containsOnly(true);
		}
		finally {
			Tables.drop(url);
		}
	}

	private static String createDatabase(String server) {
		Assumptions.assumeTrue(System.getProperty(server) != null, "SKIPPED: no database is given by -D" + server);
		return "test.mariadb".equals(server) ? Tables.createMariaDb() : Tables.createPostgres();
	}

	@Test
	@OnPostgres
	void instancesThatWriteAtOnceAreNoErrorInAStricterDatabase() throws Exception {
		String url = Tables.createPostgres() + "&options=-c%20default_transaction_isolation=serializable";
		DataSource database = new DriverManagerDataSource(url);
		ALWAYS.initialize(database, "AIRLOCK_PAIRING");
		String name = "database-" + UUID.randomUUID().toString().substring(0, 8);
		PairingStore store = new JdbcPairingStore(database);
		store.write(name, null, "0");
		try {
			for (int round = 0; round < 20; round++) {
				Entry entry = store.read(name);
				assertThat(
						Concurrently.call(INSTANCES, () -> store.write(name, entry, Thread.currentThread().getName())))
					.containsOnlyOnce(true);
			}
		}
		finally {
			Tables.drop(url);
		}
	}

	@Test
	void unreachableDatabaseIsAnError() {
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> ALWAYS.initialize(new DriverManagerDataSource("jdbc:none:"), TABLES))
			.withMessage(
					"The tables of the Airlock Gateway are in the application's database, but it cannot be reached: "
							+ "No suitable driver found for jdbc:none:")
			.satisfies((ex) -> assertThat(ex.getAction()).startsWith("Start the database"));
	}

	@Test
	void tableThatTheUserCannotCreateIsAnErrorThatNamesItsScript() {
		String url = "jdbc:h2:mem:" + UUID.randomUUID();
		new JdbcTemplate(new DriverManagerDataSource(url + ";DB_CLOSE_DELAY=-1"))
			.execute("CREATE USER READER PASSWORD 'reader'");
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> ALWAYS.initialize(new DriverManagerDataSource(url, "READER", "reader"), TABLES))
			.withMessageStartingWith("A table of the Airlock Gateway cannot be created: ")
			.satisfies((ex) -> assertThat(ex.getAction()).contains(
					"the script in the jar of its module: io/airlockapp/gateway/jdbc/postgresql/airlock_approval.sql",
					"'airlock.gateway.jdbc.initialize-schema=never'"));
	}

	@Test
	void missingTablesAreOneErrorThatNamesTheirScripts() {
		DataSource database = new DriverManagerDataSource(h2());
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> NEVER.initialize(database, TABLES))
			.withMessageEndingWith(": AIRLOCK_APPROVAL, AIRLOCK_NONCE")
			.satisfies((ex) -> assertThat(ex.getAction())
				.startsWith("Set 'airlock.gateway.jdbc.initialize-schema=always', or create them by the scripts")
				.contains(": io/airlockapp/gateway/jdbc/postgresql/airlock_approval.sql, "
						+ "io/airlockapp/gateway/jdbc/postgresql/airlock_nonce.sql. Compare"));
		ALWAYS.initialize(database, TABLES);
		NEVER.initialize(database, TABLES);
	}

	@Test
	void missingColumnIsAnError() {
		DataSource database = new DriverManagerDataSource(h2());
		ALWAYS.initialize(database, TABLES);
		new JdbcTemplate(database).execute("ALTER TABLE AIRLOCK_NONCE DROP COLUMN USED_AT");
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> NEVER.initialize(database, TABLES))
			.withMessageContaining("lack a column")
			.withMessageEndingWith(": AIRLOCK_NONCE")
			.satisfies((ex) -> assertThat(ex.getAction()).contains("Compare those that exist with their script"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "h2 in lower case", "test.postgres", "test.mariadb" })
	void missingPrimaryKeyIsAnError(String server) throws IOException {
		String url = switch (server) {
			case "h2" -> h2();
			case "h2 in lower case" -> h2() + ";DATABASE_TO_LOWER=TRUE";
			default -> createDatabase(server);
		};
		DataSource database = new DriverManagerDataSource(url);
		JdbcTemplate jdbc = new JdbcTemplate(database);
		try {
			ALWAYS.initialize(database, TABLES);
			NEVER.initialize(database, TABLES);
			String script = SupportedDatabase.of(database)
				.script("AIRLOCK_NONCE")
				.getContentAsString(StandardCharsets.UTF_8)
				.split(";")[0];
			for (String key : List.of("UNIQUE (SIGNER_KEY, NONCE_HASH)", "PRIMARY KEY (NONCE_HASH)")) {
				jdbc.execute("DROP TABLE AIRLOCK_NONCE");
				jdbc.execute(script.replace("PRIMARY KEY (SIGNER_KEY, NONCE_HASH)", key));
				assertThatExceptionOfType(AirlockConfigurationException.class)
					.isThrownBy(() -> NEVER.initialize(database, TABLES))
					.withMessageContaining("primary key")
					.withMessageEndingWith(": AIRLOCK_NONCE");
			}
		}
		finally {
			Tables.drop(url);
		}
	}

	@Test
	void doesNotJoinTheTransactionOfTheThread() {
		DataSource database = new DriverManagerDataSource(h2());
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute("CREATE TABLE PAYMENT (ID INT)");
		new TransactionTemplate(new JdbcTransactionManager(database)).executeWithoutResult((status) -> {
			jdbc.update("INSERT INTO PAYMENT VALUES (1)");
			ALWAYS.initialize(database, TABLES);
			status.setRollbackOnly();
		});
		assertThat(jdbc.queryForList("SELECT ID FROM PAYMENT")).isEmpty();
	}

	private static String h2() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	/**
	 * A pool without a free connection lets each attempt wait for its whole timeout.
	 */
	@Test
	void missingConnectionIsNotTriedAgain() {
		List<Boolean> requested = new ArrayList<>();
		DataSource exhausted = new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				requested.add(true);
				throw new SQLTransientConnectionException("Connection is not available, request timed out");
			}

			@Override
			public Connection getConnection(String user, String password) throws SQLException {
				return getConnection();
			}

		};
		assertThatExceptionOfType(AirlockConfigurationException.class)
			.isThrownBy(() -> ALWAYS.initialize(exhausted, TABLES));
		assertThat(requested).hasSize(1);
	}

}
