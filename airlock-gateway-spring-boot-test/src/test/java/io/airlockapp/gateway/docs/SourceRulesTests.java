/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the comments of types begin with what the type is or does, that messages and
 * comments have no contraction, and that no checked exception passes where all failures
 * are caught.
 */
class SourceRulesTests {

	private static final Pattern FIRST_WORD = Pattern.compile("(?m)^/\\*\\*\\n \\* (\\w+)");

	private static final Set<String> AVOIDED = Set.of("What", "How", "Why", "Where", "Which", "Who", "Whether", "When",
			"Tells", "Knows", "Has", "Lets", "Is", "Says", "Asks", "Answers", "Keeps", "Makes", "Gives", "Can", "One",
			"Something");

	@Test
	void typeCommentsBeginWithWhatTheTypeIsOrDoes() throws IOException {
		List<Path> sources = sources();
		assertThat(sources).hasSizeGreaterThan(500);
		assertThat(sources).allSatisfy(
				(source) -> assertThat(firstWord(Files.readString(source))).as(source.toString()).isNotIn(AVOIDED));
	}

	@Test
	void contractionsAreWrittenOut() throws IOException {
		assertThat(sources())
			.allSatisfy((source) -> assertThat(Files.readString(source)).as(source.toString()).doesNotContain("can't"));
	}

	/**
	 * Beans of the application, such as those in Kotlin, throw checked exceptions that
	 * their interfaces do not declare.
	 */
	@Test
	void undeclaredExceptionsAreCaughtToo() throws IOException {
		assertThat(sources()).allSatisfy((source) -> assertThat(Files.readString(source)).as(source.toString())
			.doesNotContainPattern("catch \\([^)]*\\bRuntimeException\\b"));
	}

	@Test
	void avoidedWordIsSeen() {
		assertThat(firstWord("package x;\n\n/**\n * Tells all.\n */\nclass A {\n}\n")).isIn(AVOIDED);
	}

	private static String firstWord(String source) {
		Matcher comment = FIRST_WORD.matcher(source);
		return comment.find() ? comment.group(1) : "";
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of(".."))) {
			return files.filter((file) -> file.toString().matches(".*/src/main/java/.*\\.java")).toList();
		}
	}

}
