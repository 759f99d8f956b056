/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each page that shows code names the packages of the types in it, so that a
 * reader can import them.
 */
class DocumentationPackagesTests {

	private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

	private static final Pattern PUBLIC_TYPE = Pattern
		.compile("(?m)^public (?:\\w+ )*(?:class|interface|@interface|record|enum) (\\w+)");

	private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w+");

	private static Map<String, Set<String>> packages;

	@BeforeAll
	static void findTypes() throws IOException {
		try (Stream<Path> modules = Files.list(DocumentationPage.ROOT)) {
			packages = modules.filter((module) -> module.getFileName().toString().startsWith("airlock-"))
				.map((module) -> module.resolve(Path.of("src", "main", "java")))
				.filter(Files::isDirectory)
				.flatMap(DocumentationPackagesTests::sources)
				.map(DocumentationPage::read)
				.filter((source) -> PUBLIC_TYPE.matcher(source).find())
				.collect(Collectors.groupingBy((source) -> first(PUBLIC_TYPE, source),
						Collectors.mapping((source) -> first(PACKAGE, source), Collectors.toSet())));
		}
	}

	private static Stream<Path> sources(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList().stream();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String first(Pattern pattern, String source) {
		return pattern.matcher(source).results().map((result) -> result.group(1)).findFirst().orElseThrow();
	}

	private static List<DocumentationPage> pages() {
		return DocumentationPage.all()
			.stream()
			.filter((page) -> page.blocks().stream().anyMatch((block) -> block.language().equals("java")))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void namesThePackagesOfTheTypesInItsCode(DocumentationPage page) {
		String text = String.join("\n", page.lines());
		assertThat(types(page))
			.allSatisfy((type) -> assertThat(packages.get(type)).as("package of %s, in backticks or as an import", type)
				.anyMatch((name) -> text.contains("`%s`".formatted(name))
						|| text.contains("import %s.%s;".formatted(name, type))
						|| text.contains("import static %s.%s.".formatted(name, type))));
	}

	private static Set<String> types(DocumentationPage page) {
		return page.blocks()
			.stream()
			.filter((block) -> block.language().equals("java"))
			.flatMap((block) -> NAME.matcher(block.code()).results())
			.map(MatchResult::group)
			.filter(packages::containsKey)
			.collect(Collectors.toSet());
	}

	@Test
	void packagesOfTypesAreFound() {
		assertThat(packages).containsEntry("RequiresAirlockApproval", Set.of("io.airlockapp.gateway.approval"))
			.containsEntry("DurableApprovals", Set.of("io.airlockapp.gateway.durable"));
	}

}
