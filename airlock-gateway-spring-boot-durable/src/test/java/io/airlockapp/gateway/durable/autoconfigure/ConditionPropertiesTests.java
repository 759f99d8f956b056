/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.Arrays;
import java.util.stream.Stream;

import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.StringUtils;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the properties that conditions of all auto-configurations read. Conditions
 * compare texts, and do not convert them as the binding does.
 */
class ConditionPropertiesTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@MethodSource("properties")
	void valueThatIsConvertedIsRefused(String property) {
		this.contextRunner.withPropertyValues(property + "=yes")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessageStartingWith("Property '%s' cannot be used: it is not exactly one of '", property));
	}

	/**
	 * Return the properties of the conditions that compare a value.
	 */
	static Stream<String> properties() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.airlockapp."))
			.map(ConditionPropertiesTests::read)
			.flatMap((type) -> Stream.concat(Stream.of(type),
					Arrays.stream(type.getMemberClassNames()).map(ConditionPropertiesTests::read)))
			.flatMap((type) -> Stream.concat(Stream.of(type), type.getDeclaredMethods().stream()))
			.map(AnnotatedTypeMetadata::getAnnotations)
			.flatMap((annotations) -> Stream.concat(annotations.stream(ConditionalOnBooleanProperty.class),
					annotations.stream(ConditionalOnProperty.class)
						.filter((condition) -> !condition.getString("havingValue").isEmpty())))
			.flatMap(ConditionPropertiesTests::names)
			.distinct()
			.sorted();
	}

	/**
	 * Read a class, some of whose types are missing here.
	 */
	private static AnnotationMetadata read(String name) {
		return ThrowingSupplier
			.of(() -> new SimpleMetadataReaderFactory().getMetadataReader(name).getAnnotationMetadata())
			.get();
	}

	private static Stream<String> names(MergedAnnotation<?> condition) {
		String prefix = condition.getString("prefix");
		return Stream.of(condition.getStringArray("name"), condition.getStringArray("value"))
			.flatMap(Arrays::stream)
			.map((name) -> StringUtils.hasText(prefix) ? prefix + "." + name : name);
	}

}
