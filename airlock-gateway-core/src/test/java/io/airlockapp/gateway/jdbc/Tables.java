/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Tables and databases for tests.
 */
public final class Tables {

	private static final Pattern MARIADB = Pattern.compile("(jdbc:mariadb://[^/]+/)([^?]*)(.*)");

	private Tables() {
	}

	/**
	 * Create tables by their scripts, twice: an instance that starts later finds them.
	 */
	public static void create(DataSource dataSource, String... names) {
		SupportedDatabase database = SupportedDatabase.of(dataSource);
		ResourceDatabasePopulator scripts = new ResourceDatabasePopulator(
				Arrays.stream(names).map(database::script).toArray(Resource[]::new));
		scripts.execute(dataSource);
		scripts.execute(dataSource);
	}

	/**
	 * Create a database in the MariaDB that is given by
	 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
	 * @return its URL
	 */
	public static String createMariaDb() {
		String server = System.getProperty("test.mariadb");
		String name = "airlock_" + UUID.randomUUID().toString().replace('-', '_');
		new JdbcTemplate(new DriverManagerDataSource(server)).execute("CREATE DATABASE " + name);
		String url = MARIADB.matcher(server).replaceFirst("$1" + name + "$3");
		return url + (url.contains("?") ? "&" : "?") + "sessionVariables=innodb_lock_wait_timeout=10";
	}

	/**
	 * Create a schema in the PostgreSQL that is given by
	 * {@code -Dtest.postgres=jdbc:postgresql:...}.
	 * @return its URL, which has parameters
	 */
	public static String createPostgres() {
		String server = System.getProperty("test.postgres");
		String name = "airlock_" + UUID.randomUUID().toString().replace('-', '_');
		new JdbcTemplate(new DriverManagerDataSource(server)).execute("CREATE SCHEMA " + name);
		return server + (server.contains("?") ? "&" : "?") + "currentSchema=" + name;
	}

	/**
	 * Drop a database or schema that was created for a test.
	 */
	public static void drop(String url) {
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
		switch (SupportedDatabase.of(jdbc.getDataSource())) {
			case H2 -> jdbc.execute("SHUTDOWN");
			case MARIADB -> jdbc.execute("DROP DATABASE " + jdbc.queryForObject("SELECT DATABASE()", String.class));
			case POSTGRESQL ->
				jdbc.execute("DROP SCHEMA " + jdbc.queryForObject("SELECT CURRENT_SCHEMA", String.class) + " CASCADE");
		}
	}

}
