package io.airlockapp.gateway.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.SchemaInitialization;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The application's database, as what is kept there uses it.
 */
record ApplicationDatabase(DataSource dataSource) {

	/**
	 * PostgreSQL fails to create a table if not exists that another instance creates at
	 * the same moment. That can happen once per table.
	 */
	private static final int ATTEMPTS = 3;

	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.dataSource);
	}

	/**
	 * Return what runs statements in transactions that are independent of any open one.
	 * Each statement is safe by itself; a database whose transactions are stricter would
	 * fail those that meet instead of letting one of them be the first.
	 */
	TransactionTemplate newTransaction() {
		TransactionTemplate newTransaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		newTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		newTransaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		return newTransaction;
	}

	/**
	 * Create tables that are missing.
	 * @throws DataAccessException if that fails
	 */
	void createTables(String schema, SchemaInitialization mode) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of(schema));
		settings.setMode(DatabaseInitializationMode.valueOf(mode.name()));
		createTables(new DataSourceScriptDatabaseInitializer(this.dataSource, settings), ATTEMPTS);
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

}
