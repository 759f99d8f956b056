/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.airlockapp.gateway.docs.DocumentationPage.Block;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the dependencies in the documentation are those that the build has, in its
 * versions.
 */
class DocumentedDependenciesTests {

	private static final Pattern DEPENDENCY = Pattern.compile("""
			<dependency>
				<groupId>(.+)</groupId>
				<artifactId>(.+)</artifactId>
				<version>(.+)</version>
			(?:	<scope>test</scope>
			)?</dependency>
			""");

	private static final Pattern GRADLE_DEPENDENCY = Pattern
		.compile("\\t?(?:i|testI)mplementation\\(\"(.+):(.+):(.+)\"\\)\n");

	/**
	 * What stands around the dependencies of a whole build script.
	 */
	private static final String BUILD_SCRIPT = """
			(?s)repositories \\{.*\\}

			dependencies \\{
			|\\}
			""";

	private static List<Block> dependencies() {
		return DocumentationPage.blocks("xml");
	}

	@ParameterizedTest
	@MethodSource("dependencies")
	void dependencyMatchesBuild(Block block) {
		if (block.code().startsWith("<plugin>")) {
			assertThat(DocumentationPage.read(DocumentationPage.ROOT.resolve("samples/payout-service/pom.xml")))
				.contains(block.code().indent(3).replaceAll("(?m)^   ", "\t\t\t"));
			return;
		}
		assertThat(block.code()).matches(DEPENDENCY);
		MatchResult dependency = DEPENDENCY.matcher(block.code()).results().findFirst().orElseThrow();
		assertIsInTheBuild(dependency);
	}

	private static List<Block> gradleDependencies() {
		return DocumentationPage.blocks("kotlin").stream().filter((block) -> block.marker() == null).toList();
	}

	@ParameterizedTest
	@MethodSource("gradleDependencies")
	void gradleDependencyMatchesBuild(Block block) {
		assertThat(block.code().replaceAll(BUILD_SCRIPT, "")).matches("(?:" + GRADLE_DEPENDENCY + ")+");
		GRADLE_DEPENDENCY.matcher(block.code()).results().forEach((dependency) -> {
			assertIsInTheBuild(dependency);
			assertThat(dependency.group().strip().startsWith("test"))
				.isEqualTo(dependency.group(2).equals("airlock-gateway-spring-boot-test"));
		});
	}

	private static void assertIsInTheBuild(MatchResult dependency) {
		String artifactId = dependency.group(2);
		String parent = DocumentationPage.read(DocumentationPage.ROOT.resolve("pom.xml"));
		assertThat(parent).contains("<groupId>%s</groupId>".formatted(dependency.group(1)));
		if (dependency.group(1).equals("io.airlockapp")) {
			String module = DocumentationPage.read(DocumentationPage.ROOT.resolve(artifactId).resolve("pom.xml"));
			assertThat(module).contains("</parent>\n\t<artifactId>%s</artifactId>".formatted(artifactId));
			assertThat(parent).contains("<version>%s</version>\n\t<packaging>".formatted(dependency.group(3)));
		}
		else {
			assertThat(parent).contains("<artifactId>%s</artifactId>".formatted(artifactId),
					"%s.version>%s<".formatted(artifactId, dependency.group(3)));
		}
	}

}
