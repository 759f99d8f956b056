/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AirlockApprovalAutoConfiguration}.
 */
class AirlockSanitizingAutoConfigurationTests {

	private static final String TOKEN = "airpat_4f9d0c1b7e5a4c2d";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.pairing.code", "airlock.gateway.pairings.finance.code",
			"AIRLOCK_GATEWAY_PAIRINGS_FINANCE_ROUTINGTOKEN", "airlock.gateway.pairings.finance.encryption-key",
			"airlock.gateway.auth.pat", "airlock.gateway.pairing.store.previous-keys[0]",
			"AIRLOCK_GATEWAY_PAIRING_STORE_PREVIOUSKEYS" })
	void hidesSecretsByTheirNames(String name) {
		this.contextRunner.run((context) -> {
			SanitizingFunction function = context.getBean(SanitizingFunction.class);
			assertThat(isHidden(function, name, "x")).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.auth.pat", "airlock.gateway.auth.bearer-token",
			"airlock.gateway.auth.client-secret", "airlock.gateway.pairing.code",
			"airlock.gateway.pairing.routing-token", "airlock.gateway.pairing.encryption-key",
			"airlock.gateway.pairing.store.key", "airlock.gateway.pairings.finance.code",
			"airlock.gateway.pairings.finance.routing-token", "airlock.gateway.pairings.finance.encryption-key",
			"airlock.gateway.pairing.store.previous-keys", "airlock.gateway.pairing.store.previous-keys[0]" })
	void hidesValuesReferencedBySecrets(String property) {
		this.contextRunner.withPropertyValues(property + "=${MY_TOKEN}", "MY_TOKEN=" + TOKEN)
			.run((context) -> assertHidesToken(context.getBean(SanitizingFunction.class)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.enabled=false;airlock.gateway.auth.pat=" + TOKEN,
			"airlock.gateway.auth.bearer-token=${NOWHERE};airlock.gateway.auth.pat=" + TOKEN,
			"airlock.gateway.auth.client-registration-id=airlock;"
					+ "spring.security.oauth2.client.registration.airlock.client-secret=" + TOKEN })
	void hidesSecretsAlsoIfDisabledBesideAnUnknownPlaceholderAndOfTheClientRegistration(String properties) {
		this.contextRunner.withPropertyValues(properties.split(";"))
			.run((context) -> assertHidesToken(context.getBean(SanitizingFunction.class)));
	}

	@Test
	void hidesTheSecretOfAnEnvironmentVariable() {
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("AIRLOCK_GATEWAY_PAIRING_ROUTINGTOKEN", TOKEN))))
			.run((context) -> assertHidesToken(context.getBean(SanitizingFunction.class)));
	}

	@Test
	void hidesSecretsOfConnectionDetails() {
		AirlockGatewayConnectionDetails details = mock();
		given(details.getBaseUrl()).willReturn(URI.create("https://igw.example.org"));
		given(details.getCredentials()).willReturn(new GatewayCredentials(TOKEN, null, null, null, null));
		this.contextRunner.withBean(AirlockGatewayConnectionDetails.class, () -> details)
			.run((context) -> assertHidesToken(context.getBean(SanitizingFunction.class)));
	}

	@Test
	void hidesKeysOfConnectionDetails() {
		EncryptionKey key = EncryptionKey.parse("AbCd-_EfGhIjKlMnOpQrStUvWxYz0123456789-_AbE");
		Pairing pairing = new Pairing("rt-4711-4711", key,
				List.of(SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")));
		AirlockGatewayConnectionDetails details = mock();
		given(details.getCredentials()).willReturn(new GatewayCredentials(TOKEN, null, null, null, null));
		given(details.getPairings()).willReturn(Map.of("default", pairing));
		this.contextRunner.withBean(AirlockGatewayConnectionDetails.class, () -> details).run((context) -> {
			SanitizingFunction function = context.getBean(SanitizingFunction.class);
			assertThat(isHidden(function, "MY_KEY", key.encode())).isTrue();
			assertThat(isHidden(function, "MY_ROUTING", "rt-4711-4711")).isTrue();
		});
	}

	@Test
	void connectionDetailsThatFailHideNothingElse() {
		AirlockGatewayConnectionDetails details = mock();
		given(details.getCredentials()).willThrow(new IllegalStateException("no vault"));
		this.contextRunner.withBean(AirlockGatewayConnectionDetails.class, () -> details)
			.withPropertyValues("airlock.gateway.auth.pat=" + TOKEN)
			.run((context) -> assertHidesToken(context.getBean(SanitizingFunction.class)));
	}

	@Test
	void hidesChangedSecret() {
		Map<String, Object> changing = new HashMap<>(Map.of("airlock.gateway.auth.pat", "another-token"));
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("changing", changing)))
			.run((context) -> {
				SanitizingFunction function = context.getBean(SanitizingFunction.class);
				assertThat(isHidden(function, "MY_TOKEN", TOKEN)).isFalse();
				changing.put("airlock.gateway.auth.pat", TOKEN);
				assertHidesToken(function);
			});
	}

	@Test
	void hidesAKeyInAnotherSpelling() {
		this.contextRunner
			.withPropertyValues("airlock.gateway.pairing.encryption-key=AbCd-_EfGhIjKlMnOpQrStUvWxYz0123456789-_AbE")
			.run((context) -> {
				SanitizingFunction function = context.getBean(SanitizingFunction.class);
				assertThat(isHidden(function, "KEY", "AbCd+/EfGhIjKlMnOpQrStUvWxYz0123456789+/AbE=")).isTrue();
				assertThat(isHidden(function, "PART", "IjKlMnOpQrStUvWx")).isTrue();
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "1", "true", "info" })
	void doesNotHideValuesThatContainShortSecret(String secret) {
		this.contextRunner.withPropertyValues("airlock.gateway.auth.pat=" + secret).run((context) -> {
			SanitizingFunction function = context.getBean(SanitizingFunction.class);
			assertThat(isHidden(function, "logging.level.root", "info")).isFalse();
			assertThat(isHidden(function, "server.port", 18081)).isFalse();
			assertThat(isHidden(function, "spring.main.lazy-initialization", "true or not")).isFalse();
			assertThat(isHidden(function, "airlock.gateway.auth.pat", secret)).isTrue();
		});
	}

	@Test
	void hidesNumbers() {
		this.contextRunner.withPropertyValues("airlock.gateway.pairing.code=4711081500")
			.run((context) -> assertThat(isHidden(context.getBean(SanitizingFunction.class), "CODE", 4711081500L))
				.isTrue());
	}

	private static void assertHidesToken(SanitizingFunction function) {
		assertThat(isHidden(function, "MY_TOKEN", TOKEN)).isTrue();
		assertThat(isHidden(function, "FILE", new StringBuilder(TOKEN).append('\n'))).isTrue();
		assertThat(isHidden(function, "CHARACTERS", TOKEN.toCharArray())).isTrue();
		assertThat(isHidden(function, "JAVA_TOOL_OPTIONS", "-Xmx1g -Dtoken=" + TOKEN + " -ea")).isTrue();
		assertThat(isHidden(function, "HALF", TOKEN.substring(7))).isTrue();
		assertThat(isHidden(function, "base-url", "https://igw.example.org")).isFalse();
		assertThat(isHidden(function, "word", "airpat_")).isFalse();
		assertThat(isHidden(function, "nothing", null)).isFalse();
		assertThat(isHidden(function, "object", Map.of("a", TOKEN))).isFalse();
	}

	private static boolean isHidden(SanitizingFunction function, String name, Object value) {
		return SanitizableData.SANITIZED_VALUE
			.equals(function.apply(new SanitizableData(null, name, value)).getValue());
	}

}
