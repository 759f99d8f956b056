/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import javax.sql.DataSource;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Properties of the tables in the application's database.
 *
 * @param initializeSchema Whether to create missing tables.
 */
@ConfigurationProperties("airlock.gateway.jdbc")
record AirlockJdbcProperties(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {

	boolean createsTables(DataSource dataSource) {
		return switch (this.initializeSchema) {
			case ALWAYS -> true;
			case EMBEDDED -> EmbeddedDatabaseConnection.isEmbedded(dataSource);
			case NEVER -> false;
		};
	}

}
