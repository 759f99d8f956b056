/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.Map;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockStoreAutoConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.beans.BeansEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.condition.ConditionsReportEndpoint;
import org.springframework.boot.actuate.autoconfigure.condition.ConditionsReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.beans.BeansEndpoint;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no endpoint of the actuator shows a secret, even if it is configured to show
 * all values.
 */
class SecretsInActuatorTests {

	@ParameterizedTest
	@ValueSource(strings = { "never", "when-authorized", "always" })
	void endpointsShowNoSecrets(String show) {
		try (WireGateway gateway = WireGateway.start()) {
			new ApplicationContextRunner().withBean(PaymentService.class)
				.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
						AirlockApprovalAutoConfiguration.class, EndpointAutoConfiguration.class,
						EnvironmentEndpointAutoConfiguration.class,
						ConfigurationPropertiesReportEndpointAutoConfiguration.class,
						BeansEndpointAutoConfiguration.class, ConditionsReportEndpointAutoConfiguration.class,
						HealthEndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class,
						HealthContributorRegistryAutoConfiguration.class, AirlockActuatorAutoConfiguration.class,
						AirlockPresenceAutoConfiguration.class, AirlockStoreAutoConfiguration.class))
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
							Map.of("AIRLOCK_GATEWAY_AUTH_BEARERTOKEN", Secrets.BEARER_TOKEN,
									"AIRLOCK_GATEWAY_PAIRING_ROUTING_TOKEN", Secrets.ROUTING_TOKEN,
									"AIRLOCK_GATEWAY_PAIRING_STORE_KEY", Secrets.STORE_KEY))))
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addLast(new MapPropertySource("camel",
							Map.of("airlock.gateway.auth.clientSecret", Secrets.CLIENT_SECRET))))
				.withInitializer((context) -> context.getEnvironment()
					.getPropertySources()
					.addLast(new MapPropertySource("otherNames",
							Map.of("AIRLOCK_PAT", Secrets.PAT, "MY_TOKEN", Secrets.BEARER_TOKEN, "run/secrets/key",
									Secrets.ENCRYPTION_KEY + "=\n", "sun.java.command",
									"shop.jar --airlock.gateway.pairing.store.key=" + Secrets.STORE_KEY,
									"header.authorization", "Bearer ${MY_TOKEN}"))))
				.withPropertyValues(Secrets.properties(gateway.properties()))
				.withPropertyValues("management.endpoints.web.exposure.include=*",
						"management.endpoint.env.show-values=" + show,
						"management.endpoint.configprops.show-values=" + show)
				.run((context) -> {
					assertThat(context).hasNotFailed();
					gateway.answer(WireMock.jsonResponse("{\"error\":\"%s\",\"message\":\"%s %s\"}"
						.formatted(Secrets.PAT, Secrets.CLIENT_SECRET, Secrets.ROUTING_TOKEN), 503));
					assertThat(text(context.getBean(EnvironmentEndpoint.class).environment(null)))
						.contains("airlock.gateway.auth.pat", "AIRLOCK_PAT", "header.authorization");
					text(context.getBean(EnvironmentEndpoint.class).environmentEntry("MY_TOKEN"));
					assertThat(text(
							context.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties()))
						.contains("encryptionKey", "\"store\"");
					text(context.getBean(BeansEndpoint.class).beans());
					text(context.getBean(ConditionsReportEndpoint.class).conditions());
					assertThat(text(context.getBean(HealthEndpoint.class).health())).contains("responded with 503");
				});
		}
	}

	private static String text(Object descriptor) {
		String text = new JsonMapper().writeValueAsString(descriptor);
		Secrets.assertNoneIn(descriptor.getClass().getSimpleName(), text);
		return text;
	}

}
