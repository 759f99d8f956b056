package io.airlockapp.gateway.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.SchemaInitialization;
import io.airlockapp.gateway.jdbc.IndependentTransactionTemplate;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Database of the application, with support for creating missing tables.
 */
record ApplicationDatabase(DataSource dataSource) {

	/**
	 * Maximum number of attempts. On PostgreSQL, creating a table or an index with {@code
	 * if not exists} fails if another instance creates the same one concurrently. This
	 * can happen once for each of them.
	 */
	private static final int ATTEMPTS = 5;

	/**
	 * Create missing tables.
	 * @throws DataAccessException if a table cannot be created
	 */
	void createTables(String schema, SchemaInitialization mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of(schema));
		settings.setMode(DatabaseInitializationMode.valueOf(mode.name()));
		createTables(new Initializer(this.dataSource, settings), ATTEMPTS);
	}

	private static void createTables(DataSourceScriptDatabaseInitializer initializer, int attempts) {
		try {
			initializer.initializeDatabase();
		}
		catch (DataAccessException ex) {
			if (attempts == 1) {
				throw ex;
			}
			createTables(initializer, attempts - 1);
		}
	}

	/**
	 * Script initializer that does not join a transaction that is open when a bean is
	 * created lazily.
	 */
	private static final class Initializer extends DataSourceScriptDatabaseInitializer {

		private final IndependentTransactionTemplate transactions;

		Initializer(DataSource dataSource, DatabaseInitializationSettings settings) {
			super(dataSource, settings);
			this.transactions = new IndependentTransactionTemplate(dataSource);
		}

		@Override
		protected void runScripts(Scripts scripts) {
			ResourceDatabasePopulator populator = new ResourceDatabasePopulator();
			for (Resource resource : scripts) {
				populator.addScript(resource);
			}
			this.transactions.execute((connection) -> {
				populator.populate(connection);
				return populator;
			});
		}

	}

}
