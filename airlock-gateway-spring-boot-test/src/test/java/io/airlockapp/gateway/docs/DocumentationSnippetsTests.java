package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that Java code in the documentation is code that is compiled and run. A page
 * names the source before its code block, as a path from the repository's root and a tag:
 * {@code <!-- snippet: module/src/test/java/example/SomeTests.java#some-tag -->}. In the
 * source, the code is between the comments {@code tag::some-tag[]} and
 * {@code end::some-tag[]}.
 */
class DocumentationSnippetsTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final String MARKER = "<!-- snippet:";

	private static final Pattern BLOCK = Pattern.compile(MARKER + " (\\S+)#(\\S+) -->\n+```java\n(.*?)```\n",
			Pattern.DOTALL);

	private static List<Snippet> snippets() throws IOException {
		try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
			return Stream.concat(Stream.of(ROOT.resolve("README.md")), files.sorted())
				.filter((page) -> page.toString().endsWith(".md"))
				.flatMap(DocumentationSnippetsTests::snippets)
				.toList();
		}
	}

	private static Stream<Snippet> snippets(Path page) {
		String text = read(page);
		List<Snippet> snippets = BLOCK.matcher(text)
			.results()
			.map((block) -> new Snippet(page.getFileName().toString(), block.group(1), block.group(2), block.group(3)))
			.toList();
		assertThat(snippets).as("code blocks after a marker in " + page).hasSize(count(text, MARKER));
		return snippets.stream();
	}

	@ParameterizedTest
	@MethodSource("snippets")
	void isTheSourcesCode(Snippet snippet) {
		assertThat(snippet.code()).isEqualTo(region(read(ROOT.resolve(snippet.source())), snippet.tag()));
	}

	@ParameterizedTest
	@ValueSource(strings = "testing.md")
	void pageHasNoOtherCode(String name) {
		String page = read(ROOT.resolve("docs").resolve(name));
		assertThat(count(page, "```java")).isPositive().isEqualTo(count(page, MARKER));
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

	private static String region(String source, String tag) {
		Matcher matcher = Pattern
			.compile("// tag::%1$s\\[]\n(.*?)[ \t]*// end::%1$s\\[]".formatted(Pattern.quote(tag)), Pattern.DOTALL)
			.matcher(source);
		assertThat(matcher.find()).as("region '%s' in the source", tag).isTrue();
		return matcher.group(1)
			.lines()
			.filter((line) -> !line.matches("\\s*// (tag|end)::.*"))
			.collect(Collectors.joining("\n"))
			.stripIndent() + "\n";
	}

	private static int count(String text, String part) {
		return (int) Pattern.compile(part, Pattern.LITERAL).matcher(text).results().count();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private record Snippet(String page, String source, String tag, String code) {

		@Override
		public String toString() {
			return "%s: %s".formatted(this.page, this.tag);
		}

	}

}
