/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

import javax.sql.DataSource;

import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Enumeration of the databases that can contain the tables. Others are refused by name,
 * since what a transaction of them locks and sees is not known.
 */
public enum SupportedDatabase {

	/**
	 * H2, which has the tables of PostgreSQL, from the version that skips locked rows.
	 */
	H2("H2", 2, 2),

	/**
	 * MariaDB, from the version that skips locked rows.
	 */
	MARIADB("MariaDB", 10, 6),

	/**
	 * PostgreSQL.
	 */
	POSTGRESQL("PostgreSQL", 10, 0);

	private final String product;

	private final int majorVersion;

	private final int minorVersion;

	SupportedDatabase(String product, int majorVersion, int minorVersion) {
		this.product = product;
		this.majorVersion = majorVersion;
		this.minorVersion = minorVersion;
	}

	/**
	 * Return the database of a data source.
	 * @param dataSource the source of connections
	 * @return the database
	 * @throws AirlockConfigurationException if the database is not supported
	 */
	public static SupportedDatabase of(DataSource dataSource) {
		return new JdbcTemplate(dataSource).execute((ConnectionCallback<SupportedDatabase>) SupportedDatabase::of);
	}

	static SupportedDatabase of(Connection connection) throws SQLException {
		DatabaseMetaData metaData = connection.getMetaData();
		String product = metaData.getDatabaseProductName();
		int major = metaData.getDatabaseMajorVersion();
		int minor = metaData.getDatabaseMinorVersion();
		return Arrays.stream(values())
			.filter((database) -> database.product.equals(product) && database.includes(major, minor))
			.findFirst()
			.orElseThrow(() -> new AirlockConfigurationException(
					"The application's database is %s %s.%s, which cannot contain the tables of the Airlock Gateway"
						.formatted(product, major, minor),
					"Make a DataSource of one of these databases primary: H2 from 2.2, MariaDB from 10.6 with its own "
							+ "driver, PostgreSQL from 10. In a test with another one, 'airlock.gateway.durable.enabled=false' disables durable approvals."));
	}

	private boolean includes(int major, int minor) {
		return major > this.majorVersion || (major == this.majorVersion && minor >= this.minorVersion);
	}

	/**
	 * Insert the expression for the current time into a statement.
	 */
	static String withTime(String sql, JdbcTemplate jdbc) {
		return sql.formatted(jdbc.execute((ConnectionCallback<SupportedDatabase>) SupportedDatabase::of).now());
	}

	/**
	 * Return the script that creates a table.
	 */
	ClassPathResource script(String table) {
		return new ClassPathResource("io/airlockapp/gateway/jdbc/%s/%s.sql".formatted(switch (this) {
			case H2, POSTGRESQL -> "postgresql";
			case MARIADB -> "mariadb";
		}, table.toLowerCase(Locale.ROOT)));
	}

	/**
	 * Return the expression for the current time in milliseconds, which is independent of
	 * the time zone of the session.
	 */
	private String now() {
		return switch (this) {
			case H2, POSTGRESQL -> "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";
			case MARIADB -> "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)";
		};
	}

}
