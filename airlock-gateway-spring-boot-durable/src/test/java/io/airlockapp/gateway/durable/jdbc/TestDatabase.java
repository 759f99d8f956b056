/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.jdbc.Tables;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Database for one test, with the tables of the scripts and one of the application.
 */
final class TestDatabase implements AutoCloseable {

	static final String[] TABLES = { "AIRLOCK_DURABLE", "AIRLOCK_DURABLE_CLAIM", "AIRLOCK_DURABLE_COMMIT",
			"AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN", "AIRLOCK_NONCE", "AIRLOCK_REQUEST_BUDGET" };

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcTemplate elsewhere;

	private final String url;

	private TestDatabase(String url) {
		this.url = url;
		this.elsewhere = new JdbcTemplate(new DriverManagerDataSource(url));
		Tables.create(elsewhere().getDataSource(), TABLES);
		this.elsewhere.execute("CREATE TABLE PAYMENT (ID VARCHAR(36) PRIMARY KEY)");
		this.pool.setJdbcUrl(url);
		this.pool.setMaximumPoolSize(10);
		this.pool.setConnectionTimeout(5000);
	}

	static TestDatabase h2() {
		return new TestDatabase("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
	}

	static TestDatabase mariaDb() {
		return new TestDatabase(Tables.createMariaDb());
	}

	static TestDatabase postgres() {
		return new TestDatabase(Tables.createPostgres() + "&options=-c%20lock_timeout=10s");
	}

	String url() {
		return this.url;
	}

	DataSource dataSource() {
		return this.pool;
	}

	void withoutAutoCommit() {
		this.pool.setAutoCommit(false);
	}

	/**
	 * Return access that is independent of the pool and of transactions.
	 */
	JdbcTemplate elsewhere() {
		return this.elsewhere;
	}

	void pay(DataSource dataSource, String id) {
		new JdbcTemplate(dataSource).update("INSERT INTO PAYMENT (ID) VALUES (?)", id);
	}

	int payments() {
		return this.elsewhere.queryForObject("SELECT COUNT(*) FROM PAYMENT", Integer.class);
	}

	int activeConnections() {
		return this.pool.isRunning() ? this.pool.getHikariPoolMXBean().getActiveConnections() : 0;
	}

	@Override
	public void close() {
		this.pool.close();
		Tables.drop(this.url);
	}

}
