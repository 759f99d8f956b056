package io.airlockapp.gateway.jdbc.init;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStore.Entry;
import io.airlockapp.gateway.store.jdbc.JdbcPairingStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TableInitializer}.
 */
class TableInitializerTests {

	private static final String SCHEMA = "classpath:io/airlockapp/gateway/approval/jdbc/schema.sql";

	private static final int INSTANCES = 8;

	@Test
	@EnabledIfSystemProperty(named = "test.postgres", matches = "jdbc:postgresql:.*",
			disabledReason = "SKIPPED: no PostgreSQL is given by -Dtest.postgres")
	void instancesThatStartAtOnceCreateTablesOnce() throws Exception {
		String url = System.getProperty("test.postgres");
		String schema = "airlock_" + UUID.randomUUID().toString().replace("-", "");
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
		jdbc.execute("CREATE SCHEMA " + schema);
		ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
		try {
			CyclicBarrier barrier = new CyclicBarrier(INSTANCES);
			Callable<Boolean> start = () -> {
				DataSource database = new DriverManagerDataSource(url + "&currentSchema=" + schema);
				barrier.await();
				initializer(database, SCHEMA).initializeDatabase();
				return new JdbcTemplate(database).queryForList("SELECT NONCE_HASH FROM AIRLOCK_NONCE").isEmpty();
			};
			List<Boolean> results = new ArrayList<>();
			for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(INSTANCES, start))) {
				results.add(result.get());
			}
			assertThat(results).hasSize(INSTANCES).containsOnly(true);
		}
		finally {
			threads.shutdownNow();
			jdbc.execute("DROP SCHEMA " + schema + " CASCADE");
		}
	}

	@Test
	@EnabledIfSystemProperty(named = "test.postgres", matches = "jdbc:postgresql:.*",
			disabledReason = "SKIPPED: no PostgreSQL is given by -Dtest.postgres")
	void instancesThatWriteAtOnceAreNoErrorInAStricterDatabase() throws Exception {
		String url = System.getProperty("test.postgres");
		String schema = "airlock_" + UUID.randomUUID().toString().replace("-", "");
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
		jdbc.execute("CREATE SCHEMA " + schema);
		DataSource database = new DriverManagerDataSource(
				url + "&currentSchema=" + schema + "&options=-c%20default_transaction_isolation=serializable");
		initializer(database, "classpath:io/airlockapp/gateway/store/jdbc/schema.sql").initializeDatabase();
		String name = "database-" + UUID.randomUUID().toString().substring(0, 8);
		PairingStore store = new JdbcPairingStore(database);
		store.write(name, null, "0");
		ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
		try {
			for (int round = 0; round < 20; round++) {
				Entry entry = store.read(name);
				CyclicBarrier barrier = new CyclicBarrier(INSTANCES);
				Callable<Boolean> write = () -> {
					barrier.await();
					return store.write(name, entry, Thread.currentThread().getName());
				};
				List<Boolean> results = new ArrayList<>();
				for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(INSTANCES, write))) {
					results.add(result.get());
				}
				assertThat(results).containsOnlyOnce(true);
			}
		}
		finally {
			threads.shutdownNow();
			jdbc.execute("DROP SCHEMA " + schema + " CASCADE");
		}
	}

	@Test
	void tablesThatCanNotBeCreatedAreAnError() {
		TableInitializer initializer = initializer(new DriverManagerDataSource("jdbc:none:"), SCHEMA);
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(initializer::initializeDatabase);
	}

	/**
	 * A pool without a free connection lets each attempt wait for its whole timeout.
	 */
	@Test
	void missingConnectionIsNotTriedAgain() {
		List<Boolean> requested = new ArrayList<>();
		TableInitializer initializer = initializer(new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				requested.add(true);
				throw new SQLTransientConnectionException("Connection is not available, request timed out");
			}

			@Override
			public Connection getConnection(String user, String password) throws SQLException {
				return getConnection();
			}

		}, SCHEMA);
		assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(initializer::initializeDatabase);
		assertThat(requested).hasSize(1);
	}

	private static TableInitializer initializer(DataSource database, String schema) {
		return new TableInitializer(database, List.of(schema), DatabaseInitializationMode.ALWAYS);
	}

}
