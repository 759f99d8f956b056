/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.util.List;

import io.airlockapp.gateway.docs.DocumentationPage.Block;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the SQL in the documentation does something to the tables that are shipped.
 */
class DocumentedSqlTests {

	private static List<Block> sql() {
		return DocumentationPage.blocks("sql");
	}

	@ParameterizedTest
	@MethodSource("sql")
	void removesAPairing(Block block) {
		EmbeddedDatabase database = new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
			.generateUniqueName(true)
			.build();
		try {
			new ResourceDatabasePopulator(
					new ClassPathResource("io/airlockapp/gateway/jdbc/postgresql/airlock_pairing.sql"))
				.execute(database);
			JdbcTemplate jdbc = new JdbcTemplate(database);
			insert(jdbc, "pairing.default");
			insert(jdbc, "device-login");
			new ResourceDatabasePopulator(new ByteArrayResource(block.code().getBytes())).execute(database);
			assertThat(jdbc.queryForList("SELECT NAME FROM AIRLOCK_PAIRING", String.class))
				.containsExactly("device-login");
		}
		finally {
			database.shutdown();
		}
	}

	private static void insert(JdbcTemplate jdbc, String name) {
		jdbc.update("INSERT INTO AIRLOCK_PAIRING (NAME, CONTENT, VERSION) VALUES (?, ?, ?)", name, "{}", "1");
	}

}
