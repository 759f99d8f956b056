/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how auto-configurations are registered and ordered.
 */
class AutoConfigurationRulesTests {

	private static final String PACKAGE = "io.airlockapp.gateway.autoconfigure";

	@Test
	void importsNameEveryAutoConfiguration() {
		Set<String> annotated = new AutoConfigurationScanner().findCandidateComponents("io.airlockapp.gateway")
			.stream()
			.map((definition) -> String.valueOf(definition.getBeanClassName()))
			// Those of tests are nested
			.filter((name) -> !name.contains("$"))
			.collect(Collectors.toSet());
		assertThat(registered()).isNotEmpty().containsExactlyInAnyOrderElementsOf(annotated).isSorted();
	}

	@Test
	void factoriesNameEveryFailureAnalyzer() throws IOException {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(FailureAnalyzer.class));
		List<String> analyzers = scanner.findCandidateComponents("io.airlockapp.gateway")
			.stream()
			.map((definition) -> String.valueOf(definition.getBeanClassName()))
			.toList();
		String registered = PropertiesLoaderUtils.loadProperties(new ClassPathResource("META-INF/spring.factories"))
			.getProperty(FailureAnalyzer.class.getName());
		assertThat(analyzers).isNotEmpty()
			.containsExactlyInAnyOrder(StringUtils.commaDelimitedListToStringArray(registered));
	}

	@Test
	void slicesOfTestsWithBeansOfTheApplicationHaveTheGuard() throws IOException {
		Resource[] slices = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring/org.springframework.boot.*.test.autoconfigure.*.imports");
		assertThat(Arrays.stream(slices).filter(AutoConfigurationRulesTests::isOurs)).hasSizeGreaterThan(15)
			.allSatisfy((slice) -> assertThat(slice.getContentAsString(StandardCharsets.UTF_8).lines())
				.contains(AirlockApprovalAutoConfiguration.class.getName()));
	}

	private static boolean isOurs(Resource slice) {
		return ThrowingSupplier.of(() -> slice.getContentAsString(StandardCharsets.UTF_8).contains(PACKAGE)).get();
	}

	@Test
	void someAutoConfigurationIsConditionalOnBeans() {
		assertThat(registered().stream().flatMap(AutoConfigurationRulesTests::requiredTypes)).isNotEmpty();
	}

	@ParameterizedTest
	@MethodSource("registered")
	void autoConfigurationConditionalOnBeansFollowsTheirAutoConfiguration(String name) {
		Class<?> type = ClassUtils.resolveClassName(name, null);
		Set<String> declared = Stream.of("after", "afterName")
			.flatMap((attribute) -> MergedAnnotations.from(type)
				.get(AutoConfiguration.class)
				.getValue(attribute, String[].class)
				.stream())
			.flatMap(Arrays::stream)
			.map((after) -> ClassUtils.resolveClassName(after, null))
			.flatMap(AutoConfigurationRulesTests::withImported)
			.flatMap(AutoConfigurationRulesTests::withNested)
			.flatMap((after) -> Arrays.stream(after.getDeclaredMethods()))
			.filter((method) -> method.isAnnotationPresent(Bean.class))
			.flatMap((method) -> typesOf(method.getReturnType()))
			.map(Class::getName)
			.collect(Collectors.toSet());
		assertThat(requiredTypes(name)).allSatisfy((required) -> assertThat(declared).contains(required));
	}

	private static Stream<Class<?>> withImported(Class<?> type) {
		Import imported = type.getAnnotation(Import.class);
		return Stream.concat(Stream.of(type), (imported != null) ? Arrays.stream(imported.value()) : Stream.empty());
	}

	private static Stream<Class<?>> withNested(Class<?> type) {
		return Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredClasses()));
	}

	private static Stream<Class<?>> typesOf(Class<?> type) {
		Stream<Class<?>> classes = Stream.iterate(type, Objects::nonNull, Class::getSuperclass);
		return Stream.concat(classes, ClassUtils.getAllInterfacesForClassAsSet(type).stream());
	}

	private static List<String> registered() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith(PACKAGE))
			.toList();
	}

	private static Stream<String> requiredTypes(String name) {
		Class<?> type = ClassUtils.resolveClassName(name, null);
		Stream<AnnotatedElement> elements = withNested(type)
			.flatMap((part) -> Stream.concat(Stream.of(part), Arrays.stream(part.getDeclaredMethods())));
		return elements.flatMap((element) -> MergedAnnotations.from(element).stream(ConditionalOnBean.class))
			.flatMap((annotation) -> Arrays.stream(annotation.getStringArray("value")));
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
