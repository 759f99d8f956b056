/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation has each property of this module, and no other. The tests
 * of the documentation in the test module, which cannot see this one, leave them out.
 */
class DurablePageTests {

	private static final String PREFIX = "airlock.gateway.durable.";

	private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| (?:`([^`]+)`)? ?\\|", Pattern.MULTILINE);

	private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "([a-z-]+)");

	private static final Pattern BLOCK = Pattern.compile("```properties\n(.*?)```", Pattern.DOTALL);

	private static final Path DOCS = Path.of("..", "docs");

	private static final Path README = Path.of("..", "README.md");

	@Test
	void pageContainsEachPropertyWithDefault() throws IOException {
		String page = Files.readString(DOCS.resolve("durable-reference.md"));
		String section = page.substring(page.indexOf("\n## Properties\n"));
		Map<String, String> documented = ROW.matcher(section)
			.results()
			.collect(Collectors.toMap((row) -> row.group(1), (row) -> String.valueOf(row.group(2))));
		Map<String, String> known = new TreeMap<>();
		properties().forEach((name, property) -> {
			JsonNode value = property.path("defaultValue");
			known.put(name, (value.isMissingNode() || value.isArray()) ? "null" : value.asString());
		});
		assertThat(documented).isNotEmpty().isEqualTo(known);
	}

	@Test
	void namesOnAllPagesExist() throws IOException {
		assertThat(names("a `airlock.gateway.durable.time-out` b")).containsExactly("time-out");
		try (Stream<Path> pages = Files.list(DOCS)) {
			Map<String, JsonNode> known = properties();
			assertThat(Stream.concat(pages.filter((page) -> page.toString().endsWith(".md")), Stream.of(README)))
				.allSatisfy((page) -> assertThat(names(Files.readString(page))).allMatch(known::containsKey));
		}
	}

	private static Stream<String> names(String page) {
		return NAME.matcher(page).results().map((name) -> name.group(1));
	}

	@Test
	void valuesBind() throws IOException {
		Properties values = new Properties();
		for (String page : List.of("durable.md", "durable-reference.md", "durable-operations.md")) {
			List<MatchResult> blocks = BLOCK.matcher(Files.readString(DOCS.resolve(page))).results().toList();
			assertThat(blocks).isNotEmpty();
			for (MatchResult block : blocks) {
				values.load(new StringReader(block.group(1)));
			}
		}
		Binder binder = new Binder(new MapConfigurationPropertySource(values));
		Map<String, JsonNode> known = properties();
		assertThat(values.stringPropertyNames().stream().filter((name) -> name.startsWith(PREFIX))).isNotEmpty()
			.allSatisfy((name) -> {
				String type = known.get(name.substring(PREFIX.length())).path("type").asString();
				assertThat(binder.bind(name, bindable(type)).isBound()).isTrue();
			});
	}

	private static Bindable<?> bindable(String type) {
		return type.startsWith("java.util.List") ? Bindable.listOf(String.class)
				: Bindable.of(ClassUtils.resolveClassName(type, null));
	}

	private static Map<String, JsonNode> properties() throws IOException {
		try (InputStream metadata = DurablePageTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			Map<String, JsonNode> properties = new TreeMap<>();
			for (JsonNode property : new JsonMapper().readTree(metadata).path("properties")) {
				String name = property.path("name").asString();
				if (name.startsWith(PREFIX)) {
					properties.put(name.substring(PREFIX.length()), property);
				}
			}
			return properties;
		}
	}

}
