/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * An application whose secrets are wrongly set up says what is wrong, and not what they
 * are.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsAtStartTests {

	static Stream<Arguments> misconfigurations() {
		String pat = Secrets.PAT;
		String key = Secrets.ENCRYPTION_KEY;
		return Stream.of(wrong("base-url", "https://shop:" + pat + "@igw.example"),
				wrong("base-url", "https://igw.example/?pat=" + pat), wrong("base-url", "https://igw.example/#" + pat),
				wrong("base-url", pat), wrong("base-url", "https://" + pat + "/"), wrong("auth.pat", pat + "\n"),
				wrong("auth.pat", pat + " " + pat), wrong("auth.pat", "\u00e4" + pat),
				wrong("auth.bearer-token", Secrets.BEARER_TOKEN + "\r\nX: 1"),
				wrong("auth.client-secret", Secrets.CLIENT_SECRET + " "), wrong("auth.client-id", ""),
				wrong("pairing.routing-token", ""), wrong("pairing.encryption-key", ""),
				wrong("pairing.encryption-key", key + "AA"), wrong("pairing.encryption-key", key.substring(1)),
				wrong("pairing.encryption-key", key + "=="), wrong("pairing.encryption-key", key.replace('-', '+')),
				wrong("pairing.encryption-key", key + "!"), wrong("pairing.signer-keys.key-1", key),
				wrong("pairing.signer-keys.key-1", key + "AA"),
				wrong("pairing.signer-keys.key-1", Secrets.ROUTING_TOKEN), wrong("approval.timeout", "-1s"),
				wrong("approval.signature-forms", ""), wrong("rate-limit.requests", "1"));
	}

	private static Arguments wrong(String property, String value) {
		return Arguments.argumentSet(property + " " + value.length(), property, value);
	}

	@ParameterizedTest
	@MethodSource("misconfigurations")
	void failureAnalysisContainsNoSecrets(String property, String value, CapturedOutput output) {
		Map<String, Object> properties = properties();
		properties.put("airlock.gateway." + property, value);
		Throwable ex = catchThrowable(() -> start(properties).close());
		assertThat(ex).isNotNull();
		Secrets.assertNoneIn(ex);
		assertThat(output).contains("APPLICATION FAILED TO START");
		Secrets.assertNoneIn("output", output.toString());
	}

	@Test
	void outputOfSuccessfulStartContainsNoSecrets(CapturedOutput output) {
		start(properties()).close();
		assertThat(output).contains("Started ");
		Secrets.assertNoneIn("output", output.toString());
	}

	@Test
	void failureOfConnectionDetailsContainsNoSecrets() {
		AirlockGatewayConnectionDetails details = new AirlockGatewayConnectionDetails() {

			@Override
			public URI getBaseUrl() {
				return URI.create("http://127.0.0.1:1");
			}

			@Override
			public GatewayCredentials getCredentials() {
				return new GatewayCredentials(Secrets.PAT + "\n", null, "shop", Secrets.CLIENT_SECRET + "\u0000", null);
			}

		};
		new ApplicationContextRunner().withUserConfiguration(GuardedApplication.class)
			.withBean(AirlockGatewayConnectionDetails.class, () -> details)
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("'pat'");
				Secrets.assertNoneIn(context.getStartupFailure());
			});
	}

	private static ConfigurableApplicationContext start(Map<String, Object> properties) {
		return new SpringApplicationBuilder(GuardedApplication.class).web(WebApplicationType.NONE)
			.properties(properties)
			.run();
	}

	private static Map<String, Object> properties() {
		Map<String, Object> properties = new LinkedHashMap<>();
		for (String property : Secrets.properties(Map.of("airlock.gateway.base-url", "http://127.0.0.1:1",
				"airlock.gateway.pairing.signer-keys.key-1", ApproverKey.generate("key-1").signerKey().encode()))) {
			int equals = property.indexOf('=');
			properties.put(property.substring(0, equals), property.substring(equals + 1));
		}
		properties.put("spring.main.banner-mode", "off");
		return properties;
	}

}
