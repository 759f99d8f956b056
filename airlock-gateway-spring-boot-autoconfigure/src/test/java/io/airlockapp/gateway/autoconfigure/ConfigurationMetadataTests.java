/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what editors know about the properties.
 */
class ConfigurationMetadataTests {

	private static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	private static final Map<String, JsonNode> PROPERTIES = new TreeMap<>();

	private static final Map<String, JsonNode> HINTS = new TreeMap<>();

	@BeforeAll
	static void read() {
		properties();
	}

	private static Stream<String> properties() {
		if (PROPERTIES.isEmpty()) {
			JsonNode metadata = metadata();
			metadata.path("properties").forEach((node) -> PROPERTIES.put(node.path("name").stringValue(), node));
			metadata.path("hints").forEach((node) -> HINTS.put(node.path("name").stringValue(), node));
		}
		return PROPERTIES.keySet().stream();
	}

	private static JsonNode metadata() {
		List<JsonNode> found = new ArrayList<>();
		try {
			Enumeration<URL> resources = AirlockGatewayProperties.class.getClassLoader().getResources(LOCATION);
			while (resources.hasMoreElements()) {
				try (InputStream stream = resources.nextElement().openStream()) {
					JsonNode metadata = JsonMapper.shared().readTree(stream);
					if (metadata.toString().contains("\"airlock.gateway.base-url\"")) {
						found.add(metadata);
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	@Test
	void metadataNamesDocumentedProperties() {
		assertThat(PROPERTIES.keySet()).contains("airlock.gateway.enabled", "airlock.gateway.base-url",
				"airlock.gateway.connect-timeout", "airlock.gateway.read-timeout", "airlock.gateway.ssl.bundle",
				"airlock.gateway.allow-insecure-http", "airlock.gateway.auth.pat", "airlock.gateway.auth.bearer-token",
				"airlock.gateway.auth.client-id", "airlock.gateway.auth.client-secret", "airlock.gateway.auth.origin",
				"airlock.gateway.enforcer.id", "airlock.gateway.enforcer.label", "airlock.gateway.enforcer.device-id",
				"airlock.gateway.workspace.name", "airlock.gateway.workspace.repo-name",
				"management.endpoint.airlock.access", "airlock.gateway.pairing.routing-token",
				"airlock.gateway.pairing.encryption-key", "airlock.gateway.pairing.signer-keys",
				"airlock.gateway.pairing.store.type", "airlock.gateway.pairing.store.path",
				"airlock.gateway.pairing.store.key", "airlock.gateway.jdbc.initialize-schema",
				"airlock.gateway.approval.mode", "airlock.gateway.approval.timeout",
				"airlock.gateway.approval.poll-timeout", "airlock.gateway.approval.artifact-type",
				"airlock.gateway.approval.order", "airlock.gateway.approval.signature-forms",
				"airlock.gateway.approval.max-pending", "airlock.gateway.approval.limits.pending-per-gate",
				"airlock.gateway.approval.limits.pending-per-requester",
				"airlock.gateway.approval.limits.pending-per-pairing", "airlock.gateway.approval.limits.duplicates",
				"airlock.gateway.approval.pause.after", "airlock.gateway.approval.pause.within",
				"airlock.gateway.approval.pause.for", "airlock.gateway.presence.enabled",
				"airlock.gateway.presence.interval", "airlock.gateway.dnd.mode",
				"airlock.gateway.consent.check-at-start", "management.health.airlock-gateway.enabled");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void propertyIsDescribedInOneSentence(String name) {
		String description = PROPERTIES.get(name).path("description").stringValue("");
		assertThat(description).as(name).matches("[A-Z][^.\\n]*(\\.[^ .\\n][^.\\n]*)*\\.");
		assertThat(description).as(name).doesNotStartWith("The ").doesNotStartWith("A ").doesNotContain("  ");
	}

	@ParameterizedTest
	@MethodSource("properties")
	void propertyHasAType(String name) {
		String type = PROPERTIES.get(name).path("type").stringValue("");
		assertThat(ClassUtils.isPresent(type.replaceAll("<.*", ""), null)).as(type).isTrue();
	}

	/**
	 * What has a default that depends on others, or none.
	 */
	private static final Set<String> DERIVED = Set.of("airlock.gateway.halt.store",
			"airlock.gateway.approval.max-pending", "airlock.gateway.approval.limits.pending-per-gate",
			"airlock.gateway.approval.limits.pending-per-requester",
			"airlock.gateway.approval.limits.pending-per-pairing", "airlock.gateway.approval.limits.duplicates",
			"airlock.gateway.approval.pause.after");

	@ParameterizedTest
	@MethodSource("properties")
	void propertyNamesItsDefault(String name) {
		JsonNode property = PROPERTIES.get(name);
		String type = property.path("type").stringValue("");
		boolean hasDefault = !DERIVED.contains(name) && (type.equals("java.lang.Boolean")
				|| type.equals("java.lang.Integer") || type.equals(Duration.class.getName())
				|| type.equals(DataSize.class.getName()) || (type.contains("$") && !type.startsWith("java.util.Map"))
				|| type.startsWith("io.airlockapp") || type.startsWith("java.util.Set"));
		assertThat(property.has("defaultValue")).as("default of " + name)
			.isEqualTo(hasDefault || List
				.of("airlock.gateway.base-url", "airlock.gateway.auth.device-login.scope",
						"airlock.gateway.approval.artifact-type", "airlock.gateway.workspace.name",
						"airlock.gateway.workspace.repo-name", "airlock.gateway.jdbc.initialize-schema",
						"management.endpoint.airlock.access")
				.contains(name));
	}

	@Test
	void defaultsAreThoseOfTheProperties() {
		Map<String, Object> defaults = new TreeMap<>();
		PROPERTIES.forEach((name, node) -> {
			if (node.has("defaultValue") && name.startsWith("airlock.gateway.")) {
				JsonNode value = node.path("defaultValue");
				defaults.put(name,
						value.isArray() ? value.valueStream().map(JsonNode::asString).toList() : value.asString());
			}
		});
		// The default URL is not a property's value, to tell whether one was given
		defaults.remove("airlock.gateway.base-url");
		assertThat(bind("airlock.gateway", AirlockGatewayProperties.class, defaults))
			.isEqualTo(bind("airlock.gateway", AirlockGatewayProperties.class, Map.of()));
		assertThat(defaults).containsEntry("airlock.gateway.dnd.mode", "deny-only")
			.containsEntry("airlock.gateway.consent.check-at-start", "true");
	}

	private static <T> T bind(String prefix, Class<T> type, Map<String, ?> properties) {
		return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(prefix, type);
	}

	@Test
	void secretsAreNotShownAsText() {
		Map<String, String> secrets = new TreeMap<>();
		List.of("auth.pat", "auth.bearer-token", "auth.client-secret", "pairing.code", "pairing.routing-token",
				"pairing.encryption-key", "pairing.store.key", "pairings.other.code", "pairings.other.routing-token",
				"pairings.other.encryption-key")
			.forEach((name) -> secrets.put("airlock.gateway." + name, "hush"));
		AirlockGatewayProperties properties = bind("airlock.gateway", AirlockGatewayProperties.class, secrets);
		assertThat(properties.pairings().get("other").encryptionKey()).isEqualTo("hush");
		assertThat(properties.auth().clientSecret()).isEqualTo("hush");
		assertThat(properties.pairing().store().key()).isEqualTo("hush");
		assertThat(properties.toString()).doesNotContain("hush");
	}

	@Test
	void environmentVariableWithoutHyphensBindsToHyphenatedName() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("file", Map.of("airlock.gateway.pairings.shift-1.principals", "ann",
					"airlock.gateway.approvers.high-value.quorum", "2")));
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					Map.of("AIRLOCK_GATEWAY_PAIRINGS_SHIFT1_CODE", "QX7K93",
							"AIRLOCK_GATEWAY_APPROVERS_HIGHVALUE_PAIRINGS", "a,b")));
		AirlockGatewayProperties properties = Binder.get(environment)
			.bind("airlock.gateway", AirlockGatewayProperties.class)
			.get();
		assertThat(properties.pairings()).containsOnlyKeys("shift-1");
		assertThat(properties.pairings().get("shift-1").code()).isEqualTo("QX7K93");
		assertThat(properties.approvers()).containsOnlyKeys("high-value");
		assertThat(properties.approvers().get("high-value").pairings()).containsExactly("a", "b");
	}

	@Test
	void namesThatDifferByHyphensHaveValuesOfTheirOwn() {
		AirlockGatewayProperties properties = bind("airlock.gateway", AirlockGatewayProperties.class,
				Map.of("airlock.gateway.pairings.on-call.principals", "bob",
						"airlock.gateway.pairings.oncall.principals", "alice"));
		assertThat(properties.pairings()).containsOnlyKeys("on-call", "oncall");
	}

	@Test
	void artifactTypesAreHintedAndOthersAllowed() {
		JsonNode hint = HINTS.get("airlock.gateway.approval.artifact-type");
		assertThat(hint.path("values").valueStream().map((value) -> value.path("value").stringValue()))
			.contains("command.review", "plan.review", "task.review", "patch.review", "checkpoint.review");
		assertThat(hint.path("providers").path(0).path("name").stringValue()).isEqualTo("any");
	}

	private static final Set<String> ENUMS = Set.of("airlock.gateway.halt.store", "airlock.gateway.approval.mode",
			"airlock.gateway.approval.journal", "airlock.gateway.jdbc.initialize-schema",
			"airlock.gateway.pairing.store.type", "airlock.gateway.dnd.mode",
			"airlock.gateway.approval.limits.duplicates", "airlock.gateway.rate-limit.store");

	@ParameterizedTest
	@MethodSource("properties")
	void enumsAreKnownToEditors(String name) {
		String type = PROPERTIES.get(name).path("type").stringValue("");
		String element = type.replaceAll(".*<(.*)>", "$1");
		if (type.startsWith("java.util.Set")) {
			assertThat(ClassUtils.resolveClassName(element, null).isEnum()).as(name).isTrue();
		}
		else if (ENUMS.contains(name)) {
			assertThat(ClassUtils.resolveClassName(type, null).isEnum()).as(name).isTrue();
		}
		else if (!Set.of("airlock.gateway.pairings", "airlock.gateway.approvers").contains(name)) {
			assertThat(type).as(name).doesNotContain("io.airlockapp");
		}
	}

	@Test
	void hintsAreForKnownProperties() {
		assertThat(HINTS).isNotEmpty();
		assertThat(PROPERTIES.keySet()).containsAll(HINTS.keySet());
	}

}
