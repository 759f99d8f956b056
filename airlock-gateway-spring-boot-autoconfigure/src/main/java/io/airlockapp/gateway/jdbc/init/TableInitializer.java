package io.airlockapp.gateway.jdbc.init;

import java.util.List;

import javax.sql.DataSource;

import io.airlockapp.gateway.jdbc.IndependentTransactionTemplate;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * {@link DataSourceScriptDatabaseInitializer} that creates missing tables, although other
 * instances create them concurrently. It does not join a transaction that is open when a
 * bean is created lazily.
 */
public final class TableInitializer extends DataSourceScriptDatabaseInitializer {

	/**
	 * Maximum number of attempts. On PostgreSQL, creating a table or an index with {@code
	 * if not exists} fails if another instance creates the same one concurrently. This
	 * can happen once for each of them.
	 */
	private static final int ATTEMPTS = 20;

	private final IndependentTransactionTemplate transactions;

	/**
	 * Create an initializer.
	 * @param dataSource the database
	 * @param schemas the locations of the scripts
	 * @param mode the databases in which tables are created
	 */
	public TableInitializer(DataSource dataSource, List<String> schemas, DatabaseInitializationMode mode) {
		super(dataSource, settings(schemas, mode));
		this.transactions = new IndependentTransactionTemplate(dataSource);
	}

	private static DatabaseInitializationSettings settings(List<String> schemas, DatabaseInitializationMode mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(schemas);
		settings.setMode(mode);
		return settings;
	}

	/**
	 * Create missing tables.
	 * @return whether a script was executed
	 * @throws DataAccessException if a table cannot be created
	 */
	@Override
	public boolean initializeDatabase() {
		return initializeDatabase(ATTEMPTS);
	}

	private boolean initializeDatabase(int attempts) {
		try {
			return super.initializeDatabase();
		}
		catch (DataAccessException ex) {
			// A pool has waited for a connection already
			if (attempts == 1 || ex instanceof CannotGetJdbcConnectionException) {
				throw ex;
			}
			return initializeDatabase(attempts - 1);
		}
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
