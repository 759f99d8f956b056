/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link SupportedDatabase}.
 */
class SupportedDatabaseTests {

	private static DataSource database(String product, int major, int minor) throws SQLException {
		DatabaseMetaData metaData = mock();
		given(metaData.getDatabaseProductName()).willReturn(product);
		given(metaData.getDatabaseMajorVersion()).willReturn(major);
		given(metaData.getDatabaseMinorVersion()).willReturn(minor);
		Connection connection = mock();
		given(connection.getMetaData()).willReturn(metaData);
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willReturn(connection);
		return dataSource;
	}

	@ParameterizedTest
	@CsvSource({ "H2,2,2,H2", "H2,2,4,H2", "MariaDB,10,6,MARIADB", "MariaDB,11,0,MARIADB", "PostgreSQL,10,0,POSTGRESQL",
			"PostgreSQL,18,1,POSTGRESQL" })
	void databaseIsFound(String product, int major, int minor, SupportedDatabase expected) throws SQLException {
		assertThat(SupportedDatabase.of(database(product, major, minor))).isSameAs(expected);
	}

	@ParameterizedTest
	@CsvSource({ "H2,1,4", "H2,2,1", "MariaDB,10,5", "MySQL,9,1", "PostgreSQL,9,6", "Oracle,23,0",
			"Microsoft SQL Server,16,0", "DB2/LINUXX8664,11,5", "HSQL Database Engine,2,7", "Apache Derby,10,17",
			"mariadb,11,0" })
	void otherIsRefusedByName(String product, int major, int minor) throws SQLException {
		DataSource database = database(product, major, minor);
		assertThatExceptionOfType(AirlockConfigurationException.class).isThrownBy(() -> SupportedDatabase.of(database))
			.withMessageContaining("database is %s %s.%s,".formatted(product, major, minor))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("H2 from 2.2", "MariaDB from 10.6",
					"PostgreSQL from 10"));
	}

	@ParameterizedTest
	@EnumSource
	void scriptsOfAllTablesExist(SupportedDatabase database) {
		for (String table : new String[] { "AIRLOCK_PAIRING", "AIRLOCK_APPROVAL", "AIRLOCK_NONCE",
				"AIRLOCK_REQUEST_BUDGET" }) {
			assertThat(database.script(table).exists()).as("%s for %s", table, database).isTrue();
		}
	}

}
