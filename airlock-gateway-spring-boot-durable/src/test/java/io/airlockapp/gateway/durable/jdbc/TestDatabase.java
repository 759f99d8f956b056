package io.airlockapp.gateway.durable.jdbc;

import java.sql.Connection;
import java.util.Locale;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Database for one test, with the tables of the platform's schema file and one of the
 * application.
 */
final class TestDatabase implements AutoCloseable {

	private final HikariDataSource pool = new HikariDataSource();

	private final JdbcTemplate elsewhere;

	private final String url;

	private TestDatabase(String url, String platform) {
		this.url = url;
		this.elsewhere = new JdbcTemplate(new DriverManagerDataSource(url));
		ResourceDatabasePopulator schema = new ResourceDatabasePopulator(
				new ClassPathResource("schema-%s.sql".formatted(platform), JdbcDurableCallStore.class));
		schema.execute(elsewhere().getDataSource());
		// Once more: an instance that starts later finds the tables
		schema.execute(elsewhere().getDataSource());
		this.elsewhere.execute("CREATE TABLE PAYMENT (ID VARCHAR(36) PRIMARY KEY)");
		this.pool.setJdbcUrl(url);
		this.pool.setMaximumPoolSize(10);
		this.pool.setConnectionTimeout(5000);
	}

	static TestDatabase h2() {
		return new TestDatabase("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "h2");
	}

	static TestDatabase postgres() {
		String url = System.getProperty("test.postgres");
		String schema = "durable_" + UUID.randomUUID().toString().replace('-', '_').toLowerCase(Locale.ROOT);
		new JdbcTemplate(new DriverManagerDataSource(url)).execute("CREATE SCHEMA " + schema);
		return new TestDatabase(
				url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema + "&options=-c%20lock_timeout=10s",
				"postgresql");
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
		String schema = this.elsewhere.execute((Connection connection) -> connection.getSchema());
		if (schema.startsWith("durable_")) {
			this.elsewhere.execute("DROP SCHEMA " + schema + " CASCADE");
		}
		else {
			this.elsewhere.execute("SHUTDOWN");
		}
	}

}
