package io.airlockapp.gateway.durable.autoconfigure;

import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import io.airlockapp.gateway.jdbc.init.TableInitializer;

import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Database in which calls are recorded.
 *
 * @param dataSource the source of connections
 */
record DurableDatabase(DataSource dataSource) {

	private static final String[] SCHEMAS = { "classpath:io/airlockapp/gateway/durable/jdbc/schema-@@platform@@.sql",
			"classpath:io/airlockapp/gateway/client/ratelimit/jdbc/schema.sql",
			"classpath:io/airlockapp/gateway/halt/jdbc/schema.sql" };

	private static final List<String> TABLES = List.of("AIRLOCK_DURABLE", "AIRLOCK_DURABLE_CLAIM",
			"AIRLOCK_DURABLE_COMMIT", "AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN", "AIRLOCK_DURABLE_BUDGET",
			"AIRLOCK_NONCE", "AIRLOCK_HALT");

	/**
	 * Create missing tables in the databases of a mode, and require them in others.
	 * @throws DurableConfigurationException if the database can't be used
	 */
	void createTables(DatabaseInitializationMode mode) {
		List<String> schemas = findSchemas();
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		if (schemas.get(0).endsWith("-h2.sql")) {
			requireImmediateWrites(jdbc);
		}
		new TableInitializer(this.dataSource, schemas, mode).initializeDatabase();
		TABLES.forEach((table) -> requireTable(jdbc, table));
	}

	private List<String> findSchemas() {
		List<String> locations;
		try {
			locations = new PlatformPlaceholderDatabaseDriverResolver().resolveAll(this.dataSource, SCHEMAS);
		}
		catch (IllegalStateException ex) {
			if (ex.getCause() != null) {
				// The database does not respond
				throw ex;
			}
			locations = List.of();
		}
		DefaultResourceLoader resources = new DefaultResourceLoader(DurableDatabase.class.getClassLoader());
		if (locations.isEmpty() || !resources.getResource(locations.get(0)).exists()) {
			throw new DurableConfigurationException(
					"Durable approvals do not support the application's database: supported are PostgreSQL and H2",
					"Make a DataSource of a supported database primary, or remove 'airlock-gateway-spring-boot-durable'.");
		}
		return locations;
	}

	/**
	 * By default, H2 writes commits to its file after half a second. If the process is
	 * killed by then, a claim is lost, and its method would be started again.
	 */
	private static void requireImmediateWrites(JdbcTemplate jdbc) {
		List<String> delays = jdbc.queryForList(
				"SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'",
				String.class);
		if (!Set.of("0").containsAll(delays)) {
			throw new DurableConfigurationException(
					"H2 writes commits to its file later, and loses them if the process is killed",
					"Add ';WRITE_DELAY=0' to the URL of the database.");
		}
	}

	private static void requireTable(JdbcTemplate jdbc, String table) {
		try {
			jdbc.queryForList("SELECT * FROM " + table + " WHERE 1 = 0");
		}
		catch (BadSqlGrammarException ex) {
			throw new DurableConfigurationException(
					"The table %s of durable approvals does not exist, or can't be read".formatted(table),
					"Create it by the scripts of 'airlock-gateway-spring-boot-durable', or set "
							+ "'airlock.gateway.durable.initialize-schema=always'.");
		}
	}

}
