/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.docs.DocumentationPage.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that nothing in the documentation looks like code and is tested by nothing.
 * <p>
 * Java is compared with a source that is compiled and run. The page names it before the
 * code block, as a path from the repository's root and a tag:
 * {@code <!-- snippet: module/src/test/java/example/SomeTests.java#some-tag -->}. In the
 * source, the code is between the comments {@code tag::some-tag[]} and
 * {@code end::some-tag[]}.
 * <p>
 * What is written in other languages has tests of its own: see
 * {@link DocumentedPropertiesTests} and those beside it. What an application logs or
 * answers is tested where it is produced, by a test that reads the page and is named in
 * the same way: {@code <!-- tested: module/src/test/java/example/SomeTests.java#method
 * -->}.
 */
class DocumentationSnippetsTests {

	private static final Set<String> TESTED_BY_LANGUAGE = Set.of("properties", "yaml", "xml", "sql", "shell", "kotlin");

	private static final Set<String> TESTED_BY_NAME = Set.of("text", "json", "http");

	private static final Pattern SNIPPET = Pattern.compile("snippet: (\\S+)#(\\S+)");

	private static final Pattern TESTED = Pattern.compile("tested: (\\S+)#(\\S+)");

	private static List<Block> code() {
		return DocumentationPage.blocks("java", "kotlin")
			.stream()
			.filter((block) -> block.language().equals("java") || block.marker() != null)
			.toList();
	}

	private static List<Block> output() {
		return DocumentationPage.blocks(TESTED_BY_NAME.toArray(String[]::new));
	}

	private static List<Block> others() {
		return DocumentationPage.all()
			.stream()
			.flatMap((page) -> page.blocks().stream())
			.filter((block) -> !block.language().equals("java") && !TESTED_BY_NAME.contains(block.language()))
			.toList();
	}

	private static List<DocumentationPage> pages() {
		return DocumentationPage.all();
	}

	@ParameterizedTest
	@MethodSource("code")
	void snippetMatchesSource(Block block) {
		MatchResult marker = marker(block, SNIPPET);
		String source = DocumentationPage.read(DocumentationPage.ROOT.resolve(marker.group(1)));
		assertThat(block.code()).isEqualTo(region(source, marker.group(2)));
	}

	@ParameterizedTest
	@MethodSource("output")
	void outputIsReadByTest(Block block) {
		MatchResult marker = marker(block, TESTED);
		Path source = DocumentationPage.ROOT.resolve(marker.group(1));
		assertThat(source).exists();
		assertThat(DocumentationPage.read(source)).contains(" " + marker.group(2) + "(", "\"" + block.page() + "\"");
	}

	@ParameterizedTest
	@MethodSource("others")
	void languageOfBlockHasTests(Block block) {
		assertThat(TESTED_BY_LANGUAGE).contains(block.language());
	}

	@ParameterizedTest
	@MethodSource("pages")
	void codeIsInBlocksThatNameTheirLanguage(DocumentationPage page) {
		List<String> prose = page.prose();
		for (int i = 1; i < prose.size(); i++) {
			assertThat(prose.get(i - 1).isBlank() && prose.get(i).startsWith("    "))
				.as("'%s' is code by its indentation: put it into a fenced block", prose.get(i).strip())
				.isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void markersAreBeforeBlocks(DocumentationPage page) {
		assertThat(page.lines().stream().filter((line) -> line.contains("<!--")))
			.hasSize((int) page.blocks().stream().filter((block) -> block.marker() != null).count());
	}

	@Test
	void eachTestedLanguageOccurs() {
		assertThat(others()).extracting(Block::language).containsAll(TESTED_BY_LANGUAGE);
		assertThat(output()).extracting(Block::language).containsAll(TESTED_BY_NAME);
	}

	@Test
	void regionIsMovedToTheLeftAndHasNoTags() {
		assertThat(region("""
				class A {
					// tag::outer[]
					void a() {
						// tag::inner[]
						b();

						// end::inner[]
					}
					// end::outer[]
				}
				""", "outer")).isEqualTo("""
				void a() {
					b();

				}
				""");
	}

	private static MatchResult marker(Block block, Pattern pattern) {
		assertThat(block.marker()).as("comment before the block that names what tests it").matches(pattern);
		return pattern.matcher(String.valueOf(block.marker())).results().findFirst().orElseThrow();
	}

	private static String region(String source, String tag) {
		List<String> parts = Pattern
			.compile("// tag::%1$s\\[]\n(.*?)[ \t]*// end::%1$s\\[]".formatted(Pattern.quote(tag)), Pattern.DOTALL)
			.matcher(source)
			.results()
			.map((region) -> region.group(1))
			.toList();
		assertThat(parts).as("regions '%s' in the source", tag).hasSize(1);
		return parts.get(0)
			.lines()
			.filter((line) -> !line.matches("\\s*// (tag|end)::.*"))
			.collect(Collectors.joining("\n"))
			.stripIndent() + "\n";
	}

}
