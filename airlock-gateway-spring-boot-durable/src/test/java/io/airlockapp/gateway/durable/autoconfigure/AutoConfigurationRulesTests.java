/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.UrlResource;
import org.springframework.core.type.classreading.MetadataReader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how the auto-configurations and properties of this module are registered.
 */
class AutoConfigurationRulesTests {

	private static final String PACKAGE = "io.airlockapp.gateway.durable";

	@Test
	void importsNameEveryAutoConfiguration() {
		List<String> registered = ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith(PACKAGE))
			.toList();
		Set<String> annotated = new AutoConfigurationScanner().findCandidateComponents(PACKAGE)
			.stream()
			.map((definition) -> String.valueOf(definition.getBeanClassName()))
			.collect(Collectors.toSet());
		assertThat(registered).isNotEmpty().containsExactlyInAnyOrderElementsOf(annotated).isSorted();
	}

	@Test
	void everyPropertyHasADescriptionAndADefault() throws IOException {
		JsonNode metadata = metadata();
		List<JsonNode> properties = StreamSupport.stream(metadata.path("properties").spliterator(), false)
			.filter((property) -> property.path("name").asString().startsWith("airlock.gateway.durable."))
			.toList();
		assertThat(properties).hasSize(AirlockDurableProperties.class.getRecordComponents().length)
			.allSatisfy((property) -> {
				assertThat(property.path("description").asString("")).as(property.toString()).endsWith(".");
				assertThat(property.has("defaultValue")).as(property.toString()).isTrue();
			});
		assertThat(metadata.path("properties")).anySatisfy((property) -> assertThat(property.path("name").asString())
			.isEqualTo("management.health.airlock-durable.enabled"));
	}

	private static String metaInf() {
		return AirlockDurableProperties.class.getProtectionDomain().getCodeSource().getLocation() + "META-INF/";
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream json = new UrlResource(metaInf() + "spring-configuration-metadata.json").getInputStream()) {
			return new JsonMapper().readTree(json);
		}
	}

	/**
	 * Finds auto-configurations whatever their conditions.
	 */
	private static final class AutoConfigurationScanner extends ClassPathScanningCandidateComponentProvider {

		AutoConfigurationScanner() {
			super(false);
		}

		@Override
		protected boolean isCandidateComponent(MetadataReader metadataReader) {
			return metadataReader.getAnnotationMetadata().isAnnotated(AutoConfiguration.class.getName());
		}

	}

}
