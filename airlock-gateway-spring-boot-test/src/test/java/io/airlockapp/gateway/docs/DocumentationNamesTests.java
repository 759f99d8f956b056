/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that what the documentation calls by a name has that name: classes, methods of
 * ours, properties, environment variables and meters.
 */
class DocumentationNamesTests {

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	/**
	 * A class's name has more than one word; others are words of any kind.
	 */
	private static final Pattern TYPE = Pattern
		.compile("(?<!\\w)(?=\\w*[a-z])([A-Z]\\w*[A-Z]\\w*)(?:[#.]([a-z]\\w*)(?=\\())?");

	/**
	 * A method without its class, or one of the pairing manager.
	 */
	private static final Pattern METHOD = Pattern.compile("^(pairings\\.)?([a-z]\\w+)\\(");

	private static final Pattern KEY = Pattern.compile("(?<![a-z.])airlock\\.[a-z0-9.<>-]*[a-z0-9>]");

	private static final Pattern VARIABLE = Pattern.compile("AIRLOCK_[A-Z0-9_]+");

	/**
	 * Properties without {@code airlock.gateway}, as most pages write them.
	 */
	private static final Pattern SHORT_KEY = Pattern.compile(
			"(?:auth|enforcer|workspace|approval|presence|dnd|rate-limit|web|consent|audit|observation)\\.[a-z.-]+");

	/**
	 * Names of libraries and tools that are not on the class path here.
	 */
	private static final Set<String> ELSEWHERE = Set.of("ChatClient", "ConsumerRecord", "IntegrationFlow",
			"IntegrationFlowAdapter", "DefaultToolExecutionExceptionProcessor", "McpComplete", "McpPrompt",
			"McpResource", "McpSyncRequestContext", "McpTool", "RestartScope", "MethodToolCallbackProvider",
			"OAuth2AuthorizedClientService", "ToolCallback", "ToolCallbackProvider", "ToolCallbacks",
			"ToolCallingManager", "ToolContext", "ToolExecutionExceptionProcessor", "ClientSettings",
			"ExceptionHandler", "HandlerExceptionResolver", "WebExceptionHandler", "DeferredResult",
			"EnableReactiveMethodSecurity", "OnRootMismatch", "WebMvcTest", "WebFluxTest", "UInt", "ChatModel",
			"ToolCallAdvisor", "ToolCallingAdvisor", "DataJpaTest", "GraphQlTest", "JdbcTest", "JooqTest",
			"RestClientTest", "WebClientTest", "WebServiceClientTest", "WebServiceServerTest", "ServerEndpoint",
			"ResourcelessTransactionManager", "KafkaListener", "MonetaryAmount", "EndpointRequest", "SchedulerLock",
			"EnableSchedulerLock", "StepContribution", "JobExecutionContext", "GraphQlExceptionHandler", "RefreshScope",
			"JwtAuthenticationConverter", "ScopedValue", "WithMockUser", "MessageListenerAdapter", "Classifier",
			"AiServices", "DefaultToolExecutor", "PerConnectionWebSocketHandler");

	private static List<DocumentationPage> pages() {
		return DocumentationPage.all();
	}

	@ParameterizedTest
	@MethodSource("pages")
	void namesInDocumentationExist(DocumentationPage page) {
		CODE.matcher(String.join("\n", page.prose()))
			.results()
			.map((code) -> code.group(1))
			.forEach(DocumentationNamesTests::assertNamesExist);
	}

	private static void assertNamesExist(String code) {
		// The D of -DskipTests begins no name
		TYPE.matcher(code.replaceAll("-D(?=[a-z])", "-"))
			.results()
			.forEach((type) -> assertIsType(code, type.group(1), type.group(2)));
		METHOD.matcher(code).results().forEach((method) -> assertIsMethod(code, method.group(1), method.group(2)));
		KEY.matcher(code).results().forEach((key) -> assertIsKeyOrMeter(code, key.group()));
		VARIABLE.matcher(code).results().forEach((variable) -> assertIsVariable(variable.group()));
		Matcher shortKey = SHORT_KEY.matcher(code.replaceAll("[=:*].*", ""));
		if (shortKey.matches()) {
			assertIsKeyOrMeter(code, "airlock.gateway." + shortKey.group());
		}
	}

	private static void assertIsType(String code, String name, String method) {
		String source = KnownNames.source(name);
		if (source == null) {
			boolean imported = KnownNames.isInSources("." + name + ";") || KnownNames.isInSources("." + name + "\"");
			assertThat(imported || KnownNames.isOnClassPath(name) || ELSEWHERE.contains(name))
				.as("class '%s' in '%s'", name, code)
				.isTrue();
		}
		else if (method != null) {
			assertThat(source).as(code).containsPattern("\\b" + method + "\\b");
		}
	}

	private static void assertIsMethod(String code, String object, String name) {
		boolean known = (object != null) ? KnownNames.source("PairingManager").contains(" " + name + "(")
				: KnownNames.isInSources(" " + name + "(") || KnownNames.isInSources("." + name + "(");
		assertThat(known).as(code).isTrue();
	}

	private static void assertIsKeyOrMeter(String code, String name) {
		String key = name.replaceAll("\\.<.*", "");
		// Micrometer adds it to the names of observations
		String meter = name.replaceAll("\\.active$", "");
		boolean property = KnownProperties.find(key) != null || KnownProperties.isGroup(key)
				|| KnownProperties.isDurable(key);
		assertThat(property || KnownNames.isInProduction("\"" + meter + "\"")).as("'%s' in '%s'", name, code).isTrue();
	}

	private static void assertIsVariable(String name) {
		String prefix = "AIRLOCK_GATEWAY_";
		if (name.startsWith(prefix)) {
			String relaxed = name.replace("_", "").toLowerCase(Locale.ROOT);
			assertThat(KnownProperties.names()).extracting((key) -> key.replaceAll("[.-]", "")).contains(relaxed);
		}
		else {
			assertThat(KnownNames.isInProduction("TABLE IF NOT EXISTS " + name) || isAuditEvent(name)).as(name)
				.isTrue();
		}
	}

	private static boolean isAuditEvent(String name) {
		return Stream.of(ApprovalResult.values()).anyMatch((result) -> name.equals("AIRLOCK_" + result))
				|| KnownNames.isInProduction("\"" + name + "\"");
	}

	@Test
	void wrongNamesAreSeen() {
		Map<String, String> names = Map.of("class", "ApprovalRefusedException", "property",
				"airlock.gateway.approval.time-out", "short", "approval.time-out", "meter", "airlock.approvals.waiting",
				"variable", "AIRLOCK_GATEWAY_AUTH_TOKEN", "event", "AIRLOCK_REFUSED", "method", "DeviceLogin#logIn()",
				"method alone", "pairings.forget(name)");
		names.forEach((kind, name) -> assertThatExceptionOfType(AssertionError.class).as(kind)
			.isThrownBy(() -> assertNamesExist(name)));
	}

}
