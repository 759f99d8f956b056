/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the scripts of tables.
 */
class SchemaTests {

	@ParameterizedTest
	@ValueSource(strings = { "postgresql", "mariadb" })
	void tablesOfTheEngineAreEqual(String database) throws IOException {
		assertThat(script(database, "airlock_durable_run").replace("_RUN", "_ASK"))
			.isEqualTo(script(database, "airlock_durable_ask"));
	}

	private static String script(String database, String table) throws IOException {
		return new ClassPathResource("io/airlockapp/gateway/jdbc/%s/%s.sql".formatted(database, table))
			.getContentAsString(StandardCharsets.UTF_8);
	}

}
