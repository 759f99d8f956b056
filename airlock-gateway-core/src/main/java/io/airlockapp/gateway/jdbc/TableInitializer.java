/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.sql.DataSource;

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
 */
public final class TableInitializer {

	/**
	 * Maximum number of attempts. On PostgreSQL, creating a table or an index with {@code
	 * if not exists} fails if another instance creates the same one concurrently. This
	 * can happen once for each of them.
	 */
	private static final int ATTEMPTS = 20;

	private static final Pattern COLUMN = Pattern.compile("^\\t(?!PRIMARY |INDEX )(\\w+) ", Pattern.MULTILINE);

	private final Predicate<DataSource> creates;

	/**
	 * Create an initializer.
	 * @param creates whether missing tables are created in a database
	 */
	public TableInitializer(Predicate<DataSource> creates) {
		this.creates = creates;
	}

	/**
	 * Create missing tables, or require that they exist.
	 * @param dataSource the database
	 * @param tables the names of the tables
	 * @throws UnusableDatabaseException if the database is not supported, or lacks a
	 * table
	 * @throws DataAccessException if the database cannot be reached, or refuses to create
	 * a table
	 */
	public void initialize(DataSource dataSource, String... tables) {
		IndependentTransactionTemplate transactions = new IndependentTransactionTemplate(dataSource);
		SupportedDatabase database = transactions
			.execute((jdbc) -> jdbc.execute((ConnectionCallback<SupportedDatabase>) SupportedDatabase::of));
		boolean creates = this.creates.test(dataSource);
		for (String table : tables) {
			Resource script = database.script(table);
			if (creates) {
				create(transactions, script, ATTEMPTS);
			}
			require(transactions, table, script);
		}
	}

	private static void create(IndependentTransactionTemplate transactions, Resource script, int attempts) {
		try {
			transactions.execute((jdbc) -> jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
				new ResourceDatabasePopulator(script).populate(connection);
				return true;
			}));
		}
		catch (DataAccessException ex) {
			// A pool has waited for a connection already
			if (attempts == 1 || ex instanceof CannotGetJdbcConnectionException) {
				throw ex;
			}
			create(transactions, script, attempts - 1);
		}
	}

	private static void require(IndependentTransactionTemplate transactions, String table, Resource script) {
		try {
			transactions.query("SELECT " + columns(script) + " FROM " + table + " WHERE 1 = 0",
					(row, number) -> number);
		}
		catch (BadSqlGrammarException ex) {
			throw new UnusableDatabaseException(
					"The table %s does not exist, lacks a column, or cannot be read".formatted(table),
					"Create it by %s, or set 'airlock.gateway.jdbc.initialize-schema=always'. If it exists, compare it with this script."
						.formatted(script.getDescription()));
		}
	}

	/**
	 * Return the columns of a script. A table that lacks one would be noticed only when
	 * it is used, which can be after an approval.
	 */
	private static String columns(Resource script) {
		try {
			return COLUMN.matcher(script.getContentAsString(StandardCharsets.UTF_8))
				.results()
				.map((column) -> column.group(1))
				.collect(Collectors.joining(", "));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
