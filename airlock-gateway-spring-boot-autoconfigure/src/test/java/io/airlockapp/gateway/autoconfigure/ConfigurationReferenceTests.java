/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the reference in {@code docs/configuration.md} has each property, and no
 * other, with its default.
 */
class ConfigurationReferenceTests {

	private static final String PREFIX = "airlock.gateway.";

	private static final Pattern ROW = Pattern.compile("^\\| `([a-z.<>-]+)` \\|", Pattern.MULTILINE);

	private static final Pattern DEFAULT = Pattern.compile("^\\| `([a-z.<>-]+)` \\| `?(all|(?<=`)[^`]+)`? \\|",
			Pattern.MULTILINE);

	private static final Path PAGE = Path.of("..", "docs", "configuration.md");

	@Test
	void pageListsEachProperty() throws IOException {
		assertThat(documented()).isNotEmpty().isEqualTo(known());
	}

	@Test
	void pageListsDefaults() throws IOException {
		Map<String, String> known = new TreeMap<>();
		for (JsonNode property : properties()) {
			JsonNode value = property.path("defaultValue");
			if (!value.isMissingNode()) {
				// A list is a set of which all are the default
				known.put(property.path("name").stringValue(), value.isArray() ? "all" : value.asString());
			}
		}
		Matcher rows = DEFAULT.matcher(Files.readString(PAGE));
		Map<String, String> documented = new TreeMap<>();
		while (rows.find()) {
			documented.put(PREFIX + rows.group(1), rows.group(2));
		}
		known.keySet().removeIf((name) -> !name.startsWith(PREFIX) || known.get(name).isEmpty());
		assertThat(documented).isEqualTo(known);
	}

	private static Set<String> documented() throws IOException {
		Set<String> names = new TreeSet<>();
		Matcher rows = ROW.matcher(Files.readString(PAGE));
		while (rows.find()) {
			names.add(rows.group(1).replace(".<id>", "").replaceAll("\\.<name>.*", ""));
		}
		return names;
	}

	private static Set<String> known() throws IOException {
		Set<String> names = new TreeSet<>();
		for (JsonNode property : properties()) {
			String name = property.path("name").stringValue();
			if (name.startsWith(PREFIX)) {
				names.add(name.substring(PREFIX.length()));
			}
		}
		return names;
	}

	private static JsonNode properties() throws IOException {
		try (InputStream metadata = ConfigurationReferenceTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new JsonMapper().readTree(metadata).path("properties");
		}
	}

}
