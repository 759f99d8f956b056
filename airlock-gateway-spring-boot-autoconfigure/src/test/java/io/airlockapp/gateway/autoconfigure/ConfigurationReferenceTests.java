package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the reference in {@code docs/configuration.md} has each property, and no
 * other.
 */
class ConfigurationReferenceTests {

	private static final String PREFIX = "airlock.gateway.";

	private static final Pattern ROW = Pattern.compile("^\\| `([a-z.<>-]+)` \\|", Pattern.MULTILINE);

	@Test
	void hasEachProperty() throws IOException {
		assertThat(documented()).isNotEmpty().isEqualTo(known());
	}

	private static Set<String> documented() throws IOException {
		Set<String> names = new TreeSet<>();
		Matcher rows = ROW.matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
		while (rows.find()) {
			names.add(rows.group(1).replace(".<id>", "").replaceAll("\\.<name>.*", ""));
		}
		return names;
	}

	private static Set<String> known() throws IOException {
		Set<String> names = new TreeSet<>();
		try (InputStream metadata = ConfigurationReferenceTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			for (JsonNode property : new JsonMapper().readTree(metadata).path("properties")) {
				String name = property.path("name").stringValue();
				if (name.startsWith(PREFIX)) {
					names.add(name.substring(PREFIX.length()));
				}
			}
		}
		return names;
	}

}
