/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Matcher;
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
	 * Drop a database that was created for a test.
	 */
	public static void dropMariaDb(String url) {
		Matcher matcher = MARIADB.matcher(url);
		if (matcher.matches()) {
			new JdbcTemplate(new DriverManagerDataSource(url)).execute("DROP DATABASE " + matcher.group(2));
		}
	}

}
