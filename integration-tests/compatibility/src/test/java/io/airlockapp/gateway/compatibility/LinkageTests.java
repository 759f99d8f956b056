/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.airlockapp.gateway.AirlockGatewayOperations;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.asm.Type;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever the code refers to is there with the Spring Boot that is asked for, also where
 * no test passes.
 */
@Tag("slow")
class LinkageTests {

	/**
	 * Those that the code looks for before it uses them.
	 */
	private static final Set<String> DISPENSABLE = Set
		.of("org/springframework/http/converter/HttpMessageConverters$ClientBuilder.configureMessageConvertersList"
				+ "(Ljava/util/function/Consumer;)Lorg/springframework/http/converter/HttpMessageConverters$Builder;");

	/**
	 * The packages of Kotlin's libraries. The tests in Kotlin have them on their class
	 * path, since they would configure other applications.
	 */
	private static final String KOTLIN = "kotlin";

	private final ClassPath classPath = new ClassPath();

	@Test
	void everyReferenceIsResolved() {
		Map<String, Set<Reference>> references = new TreeMap<>();
		for (Resource classFile : classFiles()) {
			references.put(classFile.getFilename(), ReferenceReader.read(content(classFile)));
		}
		assertThat(references).containsKeys("AirlockGatewayTemplate.class", "AirlockSimulator.class",
				"DurableEngine.class");
		Map<String, List<Reference>> unresolved = new TreeMap<>();
		references.forEach((classFile, all) -> {
			List<Reference> missing = all.stream()
				.filter((reference) -> !DISPENSABLE.contains(reference.toString()))
				.filter((reference) -> !reference.toString().startsWith(KOTLIN))
				.filter((reference) -> !this.classPath.resolves(reference))
				.toList();
			if (!missing.isEmpty()) {
				unresolved.put(classFile, missing);
			}
		});
		assertThat(unresolved).isEmpty();
	}

	@Test
	void missingReferenceIsDetected() {
		String owner = Type.getInternalName(AirlockGatewayOperations.class);
		assertThat(this.classPath.resolves(Reference.to(owner))).isTrue();
		assertThat(this.classPath.resolves(Reference.to(owner + "Missing"))).isFalse();
		assertThat(this.classPath.resolves(new Reference(owner, "echo", "()V", true))).isFalse();
	}

	private static List<Resource> classFiles() {
		return ThrowingSupplier.of(() -> Arrays.asList(
				new PathMatchingResourcePatternResolver().getResources("classpath*:io/airlockapp/gateway/**/*.class")))
			.get();
	}

	private static byte[] content(Resource classFile) {
		return ThrowingSupplier.of(() -> classFile.getContentAsByteArray()).get();
	}

}
