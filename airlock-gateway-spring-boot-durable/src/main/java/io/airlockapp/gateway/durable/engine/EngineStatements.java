package io.airlockapp.gateway.durable.engine;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.jdbc.AutodetectJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Factory for the statements of db-scheduler that a database supports.
 */
final class EngineStatements {

	private EngineStatements() {
	}

	/**
	 * Return the statements for a database. Those for H2 are the default ones, for which
	 * the detection logs a warning on time zones. The columns of the tables have them.
	 */
	static JdbcCustomization of(DataSource dataSource) {
		String product = new JdbcTemplate(dataSource)
			.execute((ConnectionCallback<String>) (connection) -> connection.getMetaData().getDatabaseProductName());
		return "H2".equals(product) ? new DefaultJdbcCustomization(false) : new AutodetectJdbcCustomization(dataSource);
	}

}
