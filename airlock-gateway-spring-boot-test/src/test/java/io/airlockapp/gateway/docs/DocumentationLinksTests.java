/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that links between the pages of the documentation lead somewhere.
 */
class DocumentationLinksTests {

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	private static List<DocumentationPage> pages() {
		return DocumentationPage.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(DocumentationPage page) {
		LINK.matcher(String.join("\n", page.prose()))
			.results()
			.map((link) -> link.group(1))
			.filter((link) -> !link.startsWith("https://"))
			.forEach((link) -> assertLeadsSomewhere(page, link));
	}

	private static void assertLeadsSomewhere(DocumentationPage page, String link) {
		String[] parts = link.split("#", 2);
		Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
		assertThat(Files.exists(target)).as(link).isTrue();
		if (parts.length == 2) {
			List<String> lines = DocumentationPage.read(target).lines().toList();
			assertThat(anchors(new DocumentationPage(target, lines))).as(link).contains(parts[1]);
		}
	}

	private static List<String> anchors(DocumentationPage page) {
		return page.prose()
			.stream()
			.filter((line) -> line.startsWith("#"))
			.map((line) -> line.replaceAll("^#+ ", ""))
			.map((heading) -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageIsListedInTheReadme(DocumentationPage page) {
		String readme = String.join("\n", DocumentationPage.named("README.md").lines());
		Path relative = DocumentationPage.ROOT.relativize(page.file());
		if (!page.name().equals("README.md")) {
			assertThat(readme).contains("](" + relative.toString().replace('\\', '/') + ")");
		}
	}

	@Test
	void anchorsAreMadeOfHeadings() {
		assertThat(anchors(new DocumentationPage(Path.of("a.md"), List.of("# Do-not-disturb & consent", "text"))))
			.containsExactly("do-not-disturb--consent");
	}

}
