/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.auth.device.DeviceLogin;
import io.airlockapp.gateway.auth.device.DeviceLoginState;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications that say in each way who the user is, to a gateway that accepts nobody
 * else.
 */
@Tag("slow")
class IdentityCompatibilityTests {

	private static final String TOKEN = "eyJhbGciOiJub25lIn0.e30.c2ln";

	@RegisterExtension
	final WireMockExtension identityProvider = WireMockExtension.newInstance().build();

	@AutoClose
	private AirlockSimulator simulator;

	@BeforeEach
	void start() {
		this.simulator = AirlockSimulator.builder()
			.identityProvider(URI.create(this.identityProvider.baseUrl()))
			.bearerTokens(TOKEN::equals)
			.start();
		this.simulator.approver().approveAll();
	}

	@Test
	void bearerTokenIsSent() {
		assertThat(refund(ShopApplication.class, Map.of("airlock.gateway.auth.bearer-token", TOKEN))
			.header("Authorization")).isEqualTo("Bearer " + TOKEN);
	}

	@Test
	void credentialsOfApplicationAreSent() {
		RecordedCall call = refund(ShopApplication.class,
				Map.of("airlock.gateway.auth.client-id", "shop", "airlock.gateway.auth.client-secret", "s3cr3t"));
		assertThat(call.header("X-Client-Id")).isEqualTo("shop");
		assertThat(call.header("X-Client-Secret")).isEqualTo("s3cr3t");
	}

	@Test
	void tokenOfDeviceLoginIsSent() {
		String url = this.identityProvider.baseUrl();
		this.identityProvider.stubFor(get("/.well-known/openid-configuration").willReturn(okJson("""
				{"issuer":"%1$s","token_endpoint":"%1$s/token","device_authorization_endpoint":"%1$s/device"}"""
			.formatted(url))));
		this.identityProvider.stubFor(post("/device").willReturn(okJson("""
				{"device_code":"device-code-1","user_code":"WDJB-MJHT","verification_uri":"%s/verify",
				"expires_in":600,"interval":1}""".formatted(url))));
		stubToken("device_code");
		assertThat(refund(ShopApplication.class, Map.of("airlock.gateway.auth.device-login.enabled", "true"))
			.header("Authorization")).isEqualTo("Bearer " + TOKEN);
	}

	@Test
	void tokenOfSpringSecurityClientIsSent() {
		stubToken("client_credentials");
		assertThat(refund(ClientApplication.class,
				Map.of("airlock.gateway.auth.client-registration-id", "night-job", "token-uri",
						this.identityProvider.baseUrl() + "/token"))
			.header("Authorization")).isEqualTo("Bearer " + TOKEN);
	}

	private void stubToken(String grant) {
		this.identityProvider.stubFor(post("/token").withRequestBody(containing(grant))
			.willReturn(
					okJson("{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":600}".formatted(TOKEN))));
	}

	private RecordedCall refund(Class<?> type, Map<String, String> identity) {
		Map<String, String> properties = new LinkedHashMap<>(this.simulator.properties());
		properties.remove("airlock.gateway.auth.pat");
		properties.putAll(identity);
		try (RunningApplication application = RunningApplication.start(type, WebApplicationType.SERVLET, properties)) {
			application.beans(DeviceLogin.class)
				.forEach(
						(login) -> await().until(() -> login.getState().status() == DeviceLoginState.Status.SIGNED_IN));
			assertThat(application.bean(Shop.class).refund("A-1")).isEqualTo("refunded A-1");
		}
		return this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(ShopApplication.class)
	static class ClientApplication {

		@Bean
		ClientRegistrationRepository registrations(Environment environment) {
			return new InMemoryClientRegistrationRepository(ClientRegistration.withRegistrationId("night-job")
				.clientId("night-job")
				.clientSecret("s3cr3t")
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
				.tokenUri(environment.getRequiredProperty("token-uri"))
				.build());
		}

		@Bean
		OAuth2AuthorizedClientService clients(ClientRegistrationRepository registrations) {
			return new InMemoryOAuth2AuthorizedClientService(registrations);
		}

	}

}
