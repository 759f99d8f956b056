/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the operations of a device login by HTTP, with a real identity provider.
 */
@Tag("slow")
class DeviceLoginEndpointTests {

	private static final PairingStore store = new InMemoryPairingStore();

	private final HttpClient client = HttpClient.newHttpClient();

	private TestIdentityProvider identityProvider;

	private AirlockSimulator simulator;

	private ConfigurableApplicationContext application;

	@BeforeEach
	void start() {
		this.identityProvider = TestIdentityProvider.start(Duration.ofMinutes(5));
		this.simulator = this.identityProvider.startGateway();
		Map<String, Object> properties = new LinkedHashMap<>(
				TestIdentityProvider.deviceLoginProperties(this.simulator));
		properties.put("management.endpoint.airlock.access", "unrestricted");
		properties.put("management.endpoints.web.exposure.include", "airlock");
		properties.put("server.port", "0");
		this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties(properties)
			.run();
	}

	@AfterEach
	void stop() {
		this.application.close();
		this.simulator.close();
		this.identityProvider.close();
	}

	@Test
	void anOperatorSignsAPersonOutAndInAgain() throws Exception {
		signIn(VerificationPage::agree);
		assertThat(vault().open()).isEqualTo("opened 1");
		String refreshToken = new JsonMapper().readTree(store.read("device-login").text())
			.path("refreshToken")
			.stringValue();
		assertThat(post("sign-out").path("status").stringValue()).isEqualTo("SIGNED_OUT");
		assertThat(this.identityProvider.canRenewWith(refreshToken)).isFalse();
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(vault()::open)
			.withMessageContaining("'sign-in' at the actuator endpoint 'airlock'");
		assertThat(post("sign-in").path("status").stringValue()).isIn("STARTING", "WAITING");
		signIn(VerificationPage::enter);
		assertThat(vault().open()).isEqualTo("opened 2");
		assertThat(get().toString()).doesNotContain(refreshToken);
	}

	private void signIn(Person person) throws Exception {
		await().until(() -> login().path("status").stringValue().equals("WAITING"));
		JsonNode login = login();
		person.signIn(new VerificationPage(URI.create(login.path("verificationUri").stringValue())),
				login.path("userCode").stringValue());
		await().atMost(Duration.ofSeconds(20)).until(() -> login().path("status").stringValue().equals("SIGNED_IN"));
		assertThat(login().path("userCode").isString()).isFalse();
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	private Vault vault() {
		return this.application.getBean(Vault.class);
	}

	private JsonNode login() throws Exception {
		return get().path("details").path("deviceLogin");
	}

	private JsonNode get() throws Exception {
		return send(request("").GET());
	}

	private JsonNode post(String operation) throws Exception {
		return send(request("/" + operation).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{}")));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:%s/actuator/airlock%s"
			.formatted(this.application.getEnvironment().getProperty("local.server.port"), path)));
	}

	private JsonNode send(HttpRequest.Builder request) throws Exception {
		HttpResponse<String> response = this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return new JsonMapper().readTree(response.body());
	}

	interface Person {

		void signIn(VerificationPage page, String userCode) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Vault.class)
	static class Application {

		@Bean
		PairingStore pairingStore() {
			return store;
		}

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

	}

}
