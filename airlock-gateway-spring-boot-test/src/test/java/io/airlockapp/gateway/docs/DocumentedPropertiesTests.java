/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.airlockapp.gateway.docs.DocumentationPage.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that the properties in the documentation exist, and that their values bind.
 */
class DocumentedPropertiesTests {

	private static final String MESSAGES = "problemDetail.";

	/**
	 * Properties of libraries that are not on the class path here.
	 */
	private static final Pattern ELSEWHERE = Pattern.compile("spring\\.security\\.oauth2\\.client\\..*");

	private static List<Block> properties() {
		return DocumentationPage.blocks("properties", "yaml");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void propertiesExistAndBind(Block block) throws IOException {
		Map<String, String> values = load(block);
		assertThat(values).isNotEmpty();
		MockEnvironment environment = new MockEnvironment();
		values.forEach((name, value) -> environment.setProperty(name, value.replaceAll("\\$\\{[A-Z_]+}", "secret")));
		Binder binder = Binder.get(environment);
		values.keySet().forEach((name) -> {
			if (name.startsWith(MESSAGES)) {
				assertThat(ClassUtils.isPresent(name.replaceAll("^problemDetail\\.((title|type)\\.)?", ""), null))
					.as(name)
					.isTrue();
			}
			else if (!ELSEWHERE.matcher(name).matches() && !KnownProperties.isDurable(name)) {
				assertBinds(binder, name);
			}
		});
	}

	private static void assertBinds(Binder binder, String name) {
		Map.Entry<String, String> property = KnownProperties.find(name);
		assertThat(property).as("property '%s'", name).isNotNull();
		assertThatNoException().as(name)
			.isThrownBy(
					() -> assertThat(binder.bind(property.getKey(), Bindable.of(type(property.getValue()))).isBound())
						.isTrue());
	}

	private static ResolvableType type(String name) {
		if (name.startsWith("java.util.Map")) {
			return ResolvableType.forClassWithGenerics(Map.class, String.class, Object.class);
		}
		if (name.contains("<")) {
			return ResolvableType.forClassWithGenerics(List.class, String.class);
		}
		return ResolvableType.forClass(ClassUtils.resolveClassName(name, null));
	}

	/**
	 * Return the values of a code block, with placeholders as they are written.
	 */
	static Map<String, String> load(Block block) throws IOException {
		PropertySourceLoader loader = block.language().equals("yaml") ? new YamlPropertySourceLoader()
				: new PropertiesPropertySourceLoader();
		Map<String, String> values = new LinkedHashMap<>();
		for (PropertySource<?> source : loader.load("page",
				new ByteArrayResource(block.code().getBytes(StandardCharsets.UTF_8)))) {
			for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
				values.put(name, String.valueOf(source.getProperty(name)));
			}
		}
		return values;
	}

	@Test
	void unknownPropertyIsSeen() {
		assertThat(KnownProperties.find("airlock.gateway.aproval.timeout")).isNull();
		assertThat(KnownProperties.find("airlock.gateway.pairing.signer-keys.key-1")).isNotNull();
	}

}
