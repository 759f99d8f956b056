/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that an application that is not set up rightly fails at start and tells which
 * property is wrong and what to do, without showing a secret.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConfigurationFailureTests {

	private static final String PREFIX = "airlock.gateway.";

	private final Map<String, Object> properties = new LinkedHashMap<>();

	ConfigurationFailureTests() {
		for (String property : PairedProperties.all()) {
			String[] parts = property.split("=", 2);
			this.properties.put(parts[0], parts[1]);
		}
	}

	@Test
	void startsWhenConfigurationIsValid(CapturedOutput output) {
		assertStarts();
		assertThat(output).doesNotContain("APPLICATION FAILED TO START");
	}

	@Test
	void baseUrlWithoutCredentialsFailsStart(CapturedOutput output) {
		this.properties.clear();
		set("base-url", "https://gateway.example.org");
		assertFails(output, "auth.pat", "Set 'airlock.gateway.auth.pat'");
	}

	@Test
	void pairingWithoutCredentialsFailsStart(CapturedOutput output) {
		remove("base-url");
		set("auth.pat", "");
		assertFails(output, "auth.pat", "Set 'airlock.gateway.auth.pat'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*secret*", "c2VjcmV0", "ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8A" })
	void invalidEncryptionKeyIsRefused(String key) {
		set("pairing.encryption-key", key);
		assertRefused("pairing.encryption-key", "32 bytes", key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*secret*", "c2VjcmV0", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqQ==", "''" })
	void invalidSignerKeyIsRefused(String key) {
		set("pairing.signer-keys.key-1", key);
		assertRefused("pairing.signer-keys.key-1", "Ed25519", key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "pairing.routing-token", "pairing.encryption-key", "pairing.signer-keys.key-1" })
	void incompletePairingIsRefused(String name) {
		remove(name);
		assertRefused(name.replace("key-1", "<id>"), "or none of them");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://gateway.example.org", "HTTP://gateway.example.org:8080/api",
			"http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://evil.example/localhost",
			"http://0.0.0.0", "http://[::]", "http://10.0.0.1", "http://128.0.0.1", "http://localhost.",
			"http://127evil.example", "http://[::ffff:10.0.0.1]" })
	void plainHttpToOtherHostsIsRefused(String url) {
		set("base-url", url);
		assertRefused("base-url", "airlock.gateway.allow-insecure-http=true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost@evil.example", "http://127.0.0.1:80@evil.example/",
			"https://user:secretpass@gateway.example.org", "https://gateway.example.org?token=secretpass",
			"https://gateway.example.org#secretpass", "ftp://gateway.example.org", "gateway.example.org",
			"localhost:8080", "/gateway", "https:///v1", "https://gate way.example.org", "https://", "",
			"http://127.0.0.1\\@evil.example", "https://gateway_1.example.org", "http://127.1",
			"https://gateway.example.org/a%20b" })
	void invalidUrlIsRefused(String url) {
		set("base-url", url);
		assertRefused("base-url", "without user, query or fragment", "secretpass");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:1", "http://LOCALHOST:1", "http://127.0.0.1:1", "http://127.1.2.3:1",
			"http://[::1]:1", "http://[0:0:0:0:0:0:0:1]:1", "https://gateway.example.org",
			"HTTPS://gateway.example.org", "https://gateway.example.org:8443/api", " https://gateway.example.org " })
	void validUrlIsAccepted(String url) {
		set("base-url", url);
		assertThat(connectionDetails().getBaseUrl()).isEqualTo(URI.create(url.trim()));
	}

	@Test
	void plainHttpIsAllowedOnRequest() {
		set("base-url", "http://gateway.example.org");
		set("allow-insecure-http", "true");
		connectionDetails();
	}

	@ParameterizedTest
	@ValueSource(strings = { "auth.pat", "auth.bearer-token", "auth.client-id", "auth.client-secret", "auth.origin" })
	void credentialsWithInvalidCharactersAreRefused(String name) {
		set("auth.client-id", "app");
		set("auth.client-secret", "clientsecret");
		List<String> texts = List.of("topsecret\r\nX-Admin: true", "topsecret\n", " topsecret", "top secret",
				"topsecr\u00e9t", "topsecret\u0000");
		for (String text : name.equals("auth.pat") ? texts : texts.subList(0, 1)) {
			set(name, text);
			assertRefused(name, "line break", "topsecret", "top secret", "topsecr");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "auth.pat", "auth.bearer-token", "auth.client-id", "auth.client-secret", "auth.origin" })
	void credentialsWithUnresolvedPlaceholderAreRefused(String name) {
		set("auth.client-id", "app");
		set("auth.client-secret", "clientsecret");
		set(name, "top-${NO_SUCH_VARIABLE}");
		assertRefused(name, "a placeholder without a value", "NO_SUCH_VARIABLE");
	}

	@ParameterizedTest
	@ValueSource(strings = { "auth.client-secret", "auth.origin" })
	void clientSecretOrOriginWithoutClientIdIsRefused(String name) {
		set(name, "https://topsecret.example.org");
		assertRefused("auth.client-id", "Set it", "topsecret");
	}

	@ParameterizedTest
	@CsvSource({ "base-url,https://user:secretpass@gateway.example.org", "base-url,http://gateway.example.org",
			"auth.pat,top secret", "pairing.encryption-key,c2VjcmV0", "pairing.signer-keys.key-1,c2VjcmV0" })
	void connectionThatCannotBeUsedFailsTheStart(String name, String value, CapturedOutput output) {
		set(name, value);
		assertFails(output, name, "Action:", value);
	}

	@Test
	void clientWithSecretIsEnough() {
		remove("auth.pat");
		set("auth.client-id", "app");
		set("auth.client-secret", "clientsecret");
		connectionDetails();
	}

	@ParameterizedTest
	@CsvSource({ "connect-timeout,0", "connect-timeout,-1s", "read-timeout,0s", "read-timeout,-1s",
			"approval.timeout,0s", "approval.timeout,999ms", "approval.timeout,169h", "approval.timeout,-1m",
			"approval.poll-timeout,0s", "approval.poll-timeout,999ms", "approval.poll-timeout,61s",
			"rate-limit.period,0s", "presence.interval,0", "presence.interval,0s", "presence.interval,30ms",
			"presence.interval,-30s" })
	void durationOutOfRangeFailsStart(String name, String duration, CapturedOutput output) {
		set(name, duration);
		assertFails(output, name, "Set it to a duration");
	}

	@ParameterizedTest
	@CsvSource({ "approval.timeout,1s", "approval.timeout,7d", "approval.poll-timeout,1s", "approval.poll-timeout,60s",
			"presence.interval,1s", "connect-timeout,1ms" })
	void durationAtLimitIsAccepted(String name, String duration) {
		set(name, duration);
		assertStarts();
	}

	@ParameterizedTest
	@CsvSource({ "connect-timeout,soon", "approval.order,first", "approval.mode,open", "approval.signature-forms,rsa",
			"presence.enabled,perhaps", "allow-insecure-http,perhaps", "pairing.store.type,vault" })
	void valueOfOtherTypeFailsStart(String name, String value, CapturedOutput output) {
		set(name, value);
		assertFails(output, name, "Action:");
	}

	@ParameterizedTest
	@CsvSource({ "approval.mode,enforce", "approval.signature-forms,sdk-json" })
	void invalidEnumValueNamesValidOnes(String name, String valid, CapturedOutput output) {
		set(name, "nonsense");
		assertFails(output, name, valid.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

	@ParameterizedTest
	@CsvSource({ "approval.max-pending,0", "approval.max-pending,-1", "rate-limit.requests,4",
			"approval.limits.pending-per-gate,0", "approval.limits.pending-per-requester,0",
			"approval.limits.pending-per-pairing,-1" })
	void numberOutOfRangeFailsStart(String name, String number, CapturedOutput output) {
		set(name, number);
		assertFails(output, name, "Set it to");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					auth.client-id=app                                | auth.client-id           | airlock.gateway.auth.client-secret
					approval.signature-forms=                         | approval.signature-forms | "'text', 'sdk-json' and 'core'"
					approval.journal=jdbc                             | approval.journal         | DataSource
					rate-limit.store=jdbc                             | rate-limit.store         | of several, make one primary
					pairing.store.type=jdbc                           | pairing.store.type       | of several, make one primary
					pairing.store.path=/var/lib/airlock               | pairing.store.path       | Set 'airlock.gateway.pairing.store.type' to 'file'
					pairing.store.type=file                           | pairing.store.path       | Set it to a directory
					pairing.store.type=file;pairing.store.path=/dev/null/pairing | pairing.store.path | Name one that the application's user may write to
					enabled=perhaps                                   | enabled                  | Action:
					""",
			quoteCharacter = '"')
	void inconsistentPropertiesFailStart(String properties, String property, String action, CapturedOutput output) {
		for (String value : properties.split(";")) {
			set(value.split("=")[0], value.substring(value.indexOf('=') + 1));
		}
		assertFails(output, property, action);
	}

	@Test
	void pathOfUnusedStoreIsAccepted() {
		set("pairing.store.type", "properties");
		set("pairing.store.path", "/var/lib/airlock");
		assertStarts();
	}

	@ParameterizedTest
	@ValueSource(strings = { "*secret*", "c2VjcmV0", "ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8A" })
	void invalidStoreKeyFailsStart(String key, CapturedOutput output) {
		set("pairing.store.type", "file");
		set("pairing.store.path", "/dev/null/pairing");
		set("pairing.store.key", key);
		assertFails(output, "pairing.store.key", "32 random bytes", key);
	}

	@Test
	void unknownSslBundleFailsStart(CapturedOutput output) {
		set("ssl.bundle", "nowhere");
		assertFails(output, "ssl.bundle", "spring.ssl.bundle");
		assertThat(output).contains("'nowhere'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "workspace.name", "approval.artifact-type", "approval.signature-forms" })
	void blankNameFailsStart(String name, CapturedOutput output) {
		set(name, " ");
		assertFails(output, name, "remove the property");
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.enforcer.id", "airlock.gateway.enforcer.label",
			"airlock.gateway.enforcer.device-id", "airlock.gateway.workspace.repo-name", "spring.application.name" })
	void blankNameWithDefaultIsAccepted(String name) {
		this.properties.put(name, "");
		assertStarts();
	}

	@Test
	void nothingIsCheckedWhenDisabled() {
		set("enabled", "false");
		set("base-url", "not a url");
		set("auth.client-id", "app");
		run().close();
	}

	private void set(String name, String value) {
		this.properties.put(PREFIX + name, value);
	}

	private void remove(String name) {
		this.properties.remove(PREFIX + name);
	}

	private AirlockGatewayConnectionDetails assertStarts() {
		try (ConfigurableApplicationContext context = run()) {
			return context.getBean(AirlockGatewayConnectionDetails.class);
		}
	}

	/**
	 * Return the details of the connection, without an application.
	 */
	private AirlockGatewayConnectionDetails connectionDetails() {
		return new PropertiesConnectionDetails(new Binder(new MapConfigurationPropertySource(this.properties))
			.bind("airlock.gateway", AirlockGatewayProperties.class)
			.get(), null, false);
	}

	private void assertRefused(String property, String action, String... secrets) {
		assertThatExceptionOfType(AirlockConfigurationException.class).isThrownBy(this::connectionDetails)
			.satisfies((ex) -> assertText("%s Action: %s".formatted(ex.getMessage(), ex.getAction()), property, action,
					secrets));
	}

	private void assertFails(CapturedOutput output, String property, String action, String... secrets) {
		int before = output.getAll().length();
		assertThatException().isThrownBy(this::run);
		String text = output.getAll().substring(before);
		assertThat(text).contains("APPLICATION FAILED TO START", "Description:").doesNotContain("\tat ");
		assertText(text, property, action, secrets);
	}

	private static void assertText(String text, String property, String action, String... secrets) {
		assertThat(text).contains("Action:", PREFIX + property, action);
		assertThat(text.substring(text.indexOf("Action:"))).hasSizeGreaterThan(20);
		List<String> hidden = new ArrayList<>(Arrays.asList(secrets));
		hidden.addAll(List.of(PairedProperties.PAT, PairedProperties.ENCRYPTION_KEY, PairedProperties.ROUTING_TOKEN,
				"clientsecret"));
		assertThat(text).doesNotContain(hidden.toArray(String[]::new));
	}

	private ConfigurableApplicationContext run() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties(this.properties)
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class,
			AirlockPresenceAutoConfiguration.class, AirlockStoreAutoConfiguration.class, SslAutoConfiguration.class })
	static class Application {

	}

}
