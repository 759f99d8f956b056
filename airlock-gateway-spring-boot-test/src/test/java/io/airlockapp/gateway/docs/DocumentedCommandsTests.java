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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the commands in the documentation are for modules, tests, profiles and goals
 * that exist. They are not run: they build everything, or wait for a person.
 */
class DocumentedCommandsTests {

	/**
	 * Commands that are not of the build, and why they are not tested here.
	 */
	private static final Map<String, String> OTHERS = Map.of("openssl rand -base64 32",
			"not ours; EncryptionKeyTests reads such keys", "rm /var/lib/refund-desk/airlock/pairing.default.entry",
			"FilePairingStoreTests finds the file", "./mvnw -Pnative native:compile",
			"of an application's own build; it needs a GraalVM",
			"curl -X POST -H 'Content-Type: application/json' -d '{\"pairing\": \"default\"}' "
					+ "http://localhost:8080/actuator/airlock/pair",
			"for an application that runs; Spring Boot asks for the header",
			"curl -sN -m 1 http://localhost:8099/approver/events | sed -n 's/^data: //p' | head -n 1 | jq '.pending'",
			"DevelopmentSimulatorTests reads the same stream",
			"curl -H 'X-Airlock-Approver: 1' -d '{\"requestId\": \"req-…\", \"actionId\": \"approve\"}' "
					+ "http://localhost:8099/approver/decisions",
			"DevelopmentSimulatorTests sends the same request",
			"curl -X POST -H 'Content-Type: application/json' -d '{\"reason\": \"stolen phone\"}' "
					+ "http://localhost:8080/actuator/airlock/halt",
			"for an application that runs",
			"unzip -p airlock-gateway-core-*.jar 'io/airlockapp/gateway/jdbc/postgresql/*.sql' > V2__airlock.sql",
			"TableInitializer reads the same files");

	private static final Set<String> GOALS = Set.of("verify", "test", "test-compile", "install", "spring-boot:run",
			"spring-boot:test-run", "spring-javaformat:apply", "com.mycila:license-maven-plugin:format",
			"org.pitest:pitest-maven:mutationCoverage");

	private static final Pattern INLINE = Pattern.compile("`(\\./mvnw [^`]+)`");

	/**
	 * The names of all tests, and how many of their methods are left to the profile
	 * {@code slow}.
	 */
	private static Map<String, Slow> tests;

	@BeforeAll
	static void findTests() throws IOException {
		try (Stream<Path> files = Files.walk(DocumentationPage.ROOT)) {
			tests = files.filter((file) -> file.toString().endsWith("Tests.java"))
				.collect(Collectors.toMap((file) -> file.getFileName().toString().replace(".java", ""),
						(file) -> Slow.of(DocumentationPage.read(file)), (one, other) -> Slow.SOME));
		}
	}

	private static List<String> commands() {
		Stream<String> blocks = DocumentationPage.blocks("shell")
			.stream()
			.flatMap((block) -> block.code().replaceAll("\\\\\n *", "").lines());
		Stream<String> inline = DocumentationPage.all()
			.stream()
			.flatMap((page) -> INLINE.matcher(String.join("\n", page.prose())).results())
			.map((match) -> match.group(1));
		return Stream.concat(blocks, inline).map((line) -> line.replaceAll("\\s+#.*", "")).toList();
	}

	@ParameterizedTest
	@MethodSource("commands")
	void commandRefersToExistingModulesAndTests(String command) {
		if (OTHERS.containsKey(command)) {
			return;
		}
		Matcher maven = Pattern.compile("(?:AIRLOCK_GATEWAY_[A-Z_]+=… )*\\./mvnw (.*)").matcher(command);
		assertThat(maven.matches()).as(command).isTrue();
		String[] arguments = maven.group(1).split(" ");
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i].replace("'", "");
			if (argument.equals("-pl")) {
				i++;
				assertThat(arguments[i].replace(":", "").split(",")).allSatisfy(
						(module) -> assertThat(DocumentationPage.ROOT.resolve(module).resolve("pom.xml")).exists());
			}
			else if (argument.startsWith("-Dtest=")) {
				assertIsTest(argument.substring("-Dtest=".length()), command.contains(" -Pslow "));
			}
			else if (argument.startsWith("-P")) {
				assertThat(profiles()).contains("<id>%s</id>".formatted(argument.substring("-P".length())));
			}
			else if (!argument.startsWith("-")) {
				assertThat(GOALS).contains(argument);
			}
		}
	}

	private static void assertIsTest(String names, boolean slow) {
		assertThat(names.split(",")).allSatisfy(
				(name) -> assertThat(tests.entrySet()).anyMatch((test) -> test.getKey().matches(name.replace("*", ".*"))
						&& test.getValue() != (slow ? Slow.NONE : Slow.ALL)));
	}

	private static String profiles() {
		return Stream
			.of("", "airlock-gateway-core/", "airlock-gateway-spring-boot-autoconfigure/",
					"airlock-gateway-spring-boot-durable/", "airlock-gateway-spring-boot-test/")
			.map((module) -> DocumentationPage.read(DocumentationPage.ROOT.resolve(module + "pom.xml")))
			.collect(Collectors.joining());
	}

	private enum Slow {

		ALL, SOME, NONE;

		static Slow of(String source) {
			return source.contains("\n@Tag(\"slow\")\n") ? ALL : source.contains("@Tag(\"slow\")") ? SOME : NONE;
		}

	}

}
