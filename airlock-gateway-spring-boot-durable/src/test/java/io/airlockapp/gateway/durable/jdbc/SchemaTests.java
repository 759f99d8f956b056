package io.airlockapp.gateway.durable.jdbc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the schema files.
 */
class SchemaTests {

	private static final Pattern NONCES = Pattern.compile("CREATE[^;]*AIRLOCK_NONCE[^;]*;");

	@ParameterizedTest
	@ValueSource(strings = { "schema-h2.sql", "schema-postgresql.sql" })
	void noncesAreThoseOfTheJournal(String schema) throws IOException {
		assertThat(nonces(new ClassPathResource(schema, JdbcDurableCallStore.class))).contains("PRIMARY KEY")
			.isEqualTo(nonces(new ClassPathResource("io/airlockapp/gateway/approval/jdbc/schema.sql")));
	}

	private static String nonces(ClassPathResource schema) throws IOException {
		return NONCES.matcher(schema.getContentAsString(StandardCharsets.UTF_8))
			.results()
			.map(MatchResult::group)
			.collect(Collectors.joining("\n"));
	}

}
