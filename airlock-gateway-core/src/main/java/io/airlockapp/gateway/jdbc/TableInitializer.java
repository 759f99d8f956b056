/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Creates missing tables, although other instances create them concurrently, or requires
 * that they exist. It does not join a transaction that is open when a bean is created
 * lazily.
 *
 * @param creates whether missing tables are created in a database
 */
public record TableInitializer(Predicate<DataSource> creates) {

	/**
	 * Maximum number of attempts. On PostgreSQL, creating a table or an index with {@code
	 * if not exists} fails if another instance creates the same one concurrently. This
	 * can happen once for each of them.
	 */
	private static final int ATTEMPTS = 20;

	private static final Pattern COLUMN = Pattern.compile("^\\t(?!PRIMARY |INDEX )(\\w+) ", Pattern.MULTILINE);

	private static final Pattern PRIMARY_KEY = Pattern
		.compile("^\\t(?:PRIMARY KEY \\((.+)\\)|(\\w+) .* PRIMARY KEY),?$", Pattern.MULTILINE);

	/**
	 * Find the database of a data source.
	 * @param dataSource the database
	 * @return the database
	 * @throws AirlockConfigurationException if the database cannot be reached or is not
	 * supported
	 */
	public SupportedDatabase findDatabase(DataSource dataSource) {
		try {
			return new IndependentTransactionTemplate(dataSource)
				.execute((jdbc) -> jdbc.execute((ConnectionCallback<SupportedDatabase>) SupportedDatabase::of));
		}
		catch (CannotGetJdbcConnectionException ex) {
			throw new AirlockConfigurationException(
					"The tables of the Airlock Gateway are in the application's database, but it cannot be reached: "
							+ ex.getMostSpecificCause().getMessage(),
					"Start the database, and check the address and the credentials of the DataSource.", ex);
		}
	}

	/**
	 * Create missing tables, or require that they exist.
	 * @param dataSource the database
	 * @param tables the names of the tables
	 * @throws AirlockConfigurationException if the database cannot be reached or is not
	 * supported, or lacks a table that cannot be created
	 */
	public void initialize(DataSource dataSource, String... tables) {
		SupportedDatabase database = findDatabase(dataSource);
		IndependentTransactionTemplate transactions = new IndependentTransactionTemplate(dataSource);
		boolean creates = this.creates.test(dataSource);
		List<String> unusable = new ArrayList<>();
		for (String table : tables) {
			if (creates) {
				create(transactions, database.script(table), ATTEMPTS);
			}
			if (!isUsable(transactions, database, table)) {
				unusable.add(table);
			}
		}
		if (!unusable.isEmpty()) {
			throw unusable(database, unusable);
		}
	}

	private static void create(IndependentTransactionTemplate transactions, ClassPathResource script, int attempts) {
		try {
			transactions.execute((jdbc) -> jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
				new ResourceDatabasePopulator(script).populate(connection);
				return true;
			}));
		}
		catch (DataAccessException ex) {
			// A pool has waited for a connection already
			if (attempts == 1 || ex instanceof CannotGetJdbcConnectionException) {
				throw new AirlockConfigurationException(
						"A table of the Airlock Gateway cannot be created: " + ex.getMostSpecificCause().getMessage(),
						"Let the user of the DataSource create tables. Or set 'airlock.gateway.jdbc.initialize-schema=never', and create it by the script in the jar of its module: %s."
							.formatted(script.getPath()),
						ex);
			}
			create(transactions, script, attempts - 1);
		}
	}

	/**
	 * Return whether a table has the columns and the primary key of its script. What it
	 * lacks would be noticed only when it is used, which can be after an approval, and
	 * without the key not even then.
	 */
	private static boolean isUsable(IndependentTransactionTemplate transactions, SupportedDatabase database,
			String table) {
		String script = read(database.script(table));
		String columns = COLUMN.matcher(script)
			.results()
			.map((column) -> column.group(1))
			.collect(Collectors.joining(", "));
		try {
			return transactions.execute((jdbc) -> {
				jdbc.queryForList("SELECT %s FROM %s WHERE 1 = 0".formatted(columns, table));
				return jdbc.execute((Connection connection) -> hasPrimaryKey(connection, table, primaryKey(script)));
			});
		}
		catch (BadSqlGrammarException ex) {
			return false;
		}
	}

	private static Set<String> primaryKey(String script) {
		return PRIMARY_KEY.matcher(script)
			.results()
			.map((key) -> Objects.requireNonNullElse(key.group(1), key.group(2)))
			.flatMap((columns) -> Arrays.stream(columns.split(", ")))
			.collect(Collectors.toSet());
	}

	/**
	 * Return whether a table has a primary key. If the table is not in the current
	 * schema, it may be in any other one of the search path.
	 */
	private static boolean hasPrimaryKey(Connection connection, String table, Set<String> columns) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		String catalog = connection.getCatalog();
		Map<String, Set<String>> keys = new HashMap<>();
		for (String name : List.of(table, table.toLowerCase(Locale.ROOT))) {
			String schema = connection.getSchema();
			try (ResultSet tables = metaData.getTables(catalog, schema, name, null)) {
				schema = tables.next() ? schema : null;
			}
			try (ResultSet rows = metaData.getPrimaryKeys(catalog, schema, name)) {
				while (rows.next()) {
					keys.computeIfAbsent(String.valueOf(rows.getString("TABLE_SCHEM")), (each) -> new HashSet<>())
						.add(rows.getString("COLUMN_NAME").toUpperCase(Locale.ROOT));
				}
			}
		}
		return keys.containsValue(columns);
	}

	private static AirlockConfigurationException unusable(SupportedDatabase database, List<String> tables) {
		String scripts = tables.stream()
			.map((table) -> database.script(table).getPath())
			.collect(Collectors.joining(", "));
		return new AirlockConfigurationException(
				"Tables do not exist, lack a column or their primary key, or cannot be read: "
						+ String.join(", ", tables),
				"Set 'airlock.gateway.jdbc.initialize-schema=always', or create them by the scripts in the jars of the modules: %s. Compare those that exist with their script. The tables of other features are verified afterwards."
					.formatted(scripts));
	}

	private static String read(Resource script) {
		try {
			return script.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
