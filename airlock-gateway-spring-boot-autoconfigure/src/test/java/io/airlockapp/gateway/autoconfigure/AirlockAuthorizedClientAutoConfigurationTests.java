/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.sun.net.httpserver.HttpServer;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.security.AuthorizedClientTokenSource;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for {@link AirlockAuthorizedClientAutoConfiguration}.
 */
class AirlockAuthorizedClientAutoConfigurationTests {

	private static final String REGISTRATION = "airlock.gateway.auth.client-registration-id=airlock";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
				AirlockAuthorizedClientAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.base-url=http://127.0.0.1:1");

	@Test
	void tokensAreThoseOfTheRegistration() {
		this.contextRunner.withUserConfiguration(Clients.class)
			.withPropertyValues(REGISTRATION)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(AuthorizedClientTokenSource.class)
				.doesNotHaveBean(OAuth2AuthorizedClientManager.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.auth.pat=airpat_1", "airlock.gateway.enabled=false" })
	void sourceWithoutRegistrationPropertyIsMissing(String property) {
		this.contextRunner.withUserConfiguration(Clients.class)
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AccessTokenSource.class));
	}

	@Test
	void sourceWhenGatewayIsDisabledIsMissing() {
		this.contextRunner.withPropertyValues(REGISTRATION, "airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AccessTokenSource.class));
	}

	@Test
	void sourceOfTheUserWins() {
		this.contextRunner.withUserConfiguration(Clients.class)
			.withPropertyValues(REGISTRATION)
			.withBean("own", AccessTokenSource.class, () -> AccessTokenSource.of("jwt-1"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(AccessTokenSource.class)
				.doesNotHaveBean(AuthorizedClientTokenSource.class));
	}

	@Test
	void registrationWithoutSpringSecurityFailsStart() {
		this.contextRunner.withPropertyValues(REGISTRATION)
			.withClassLoader(new FilteredClassLoader("org.springframework.security.oauth2"))
			.run((context) -> assertFails(context, "not on the class path"));
	}

	@Test
	void registrationWithoutOAuthClientsFailsStart() {
		this.contextRunner.withPropertyValues(REGISTRATION)
			.run((context) -> assertFails(context, "there is no OAuth client"));
	}

	@Test
	void unknownRegistrationFailsStart() {
		this.contextRunner.withUserConfiguration(Clients.class)
			.withPropertyValues("airlock.gateway.auth.client-registration-id=other")
			.run((context) -> assertFails(context, "named 'other'"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "pat=airpat_1", "bearer-token=jwt-1" })
	void registrationWithOtherUserCredentialsFailsStart(String property) {
		this.contextRunner.withUserConfiguration(Clients.class)
			.withPropertyValues(REGISTRATION, "airlock.gateway.auth." + property)
			.run((context) -> assertFails(context, "identifies the user already"));
	}

	@Test
	void getAccessTokenWhenProviderDoesNotRespondTimesOut() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			this.contextRunner.withUserConfiguration(Clients.class)
				.withPropertyValues(REGISTRATION, "airlock.gateway.read-timeout=100ms",
						"token-uri=http://127.0.0.1:%s/token".formatted(silent.getLocalPort()))
				.run((context) -> {
					AccessTokenSource source = context.getBean(AccessTokenSource.class);
					assertTimeoutPreemptively(Duration.ofSeconds(20),
							() -> assertThatExceptionOfType(AirlockGatewayException.class)
								.isThrownBy(source::getAccessToken)
								.isNotInstanceOf(IdentityUnavailableException.class));
				});
		}
	}

	@Test
	void tokenThatAnotherInstanceHasRefreshedIsUsed() throws IOException {
		Authentication user = new OAuth2AuthenticationToken(
				new DefaultOAuth2User(List.of(), Map.of("sub", "alice"), "sub"), List.of(), "airlock");
		HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		provider.start();
		try {
			this.contextRunner.withUserConfiguration(Clients.class)
				.withPropertyValues(REGISTRATION, "grant-type=authorization_code",
						"token-uri=http://127.0.0.1:%s/token".formatted(provider.getAddress().getPort()))
				.run((context) -> {
					ClientRegistration registration = context.getBean(ClientRegistrationRepository.class)
						.findByRegistrationId("airlock");
					OAuth2AuthorizedClientService clients = context.getBean(OAuth2AuthorizedClientService.class);
					BlockingQueue<String> refreshedByOthers = new LinkedBlockingQueue<>(List.of("jwt-2", "jwt-3"));
					provider.createContext("/token", (exchange) -> {
						String token = refreshedByOthers.poll();
						if (token != null) {
							clients.saveAuthorizedClient(client(registration, token, Duration.ofMinutes(5)), user);
						}
						byte[] error = "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.UTF_8);
						exchange.getResponseHeaders().add("Content-Type", "application/json");
						exchange.sendResponseHeaders(400, error.length);
						exchange.getResponseBody().write(error);
						exchange.close();
					});
					clients.saveAuthorizedClient(client(registration, "jwt-1", Duration.ofMinutes(-1)), user);
					SecurityContextHolder.getContext().setAuthentication(user);
					AccessTokenSource source = context.getBean(AccessTokenSource.class);
					assertThat(source.getAccessToken()).isEqualTo("jwt-2");
					assertThat(source.renewAccessToken("jwt-2")).isEqualTo("jwt-3");
					assertThatExceptionOfType(IdentityUnavailableException.class)
						.isThrownBy(() -> source.renewAccessToken("jwt-3"));
					OAuth2AuthorizedClient ended = clients.loadAuthorizedClient("airlock", "alice");
					assertThat(ended).isNull();
				});
		}
		finally {
			SecurityContextHolder.clearContext();
			provider.stop(0);
		}
	}

	private static OAuth2AuthorizedClient client(ClientRegistration registration, String token, Duration lifetime) {
		Instant now = Instant.now();
		return new OAuth2AuthorizedClient(registration, "alice",
				new OAuth2AccessToken(TokenType.BEARER, token, now.minusSeconds(300), now.plus(lifetime)),
				new OAuth2RefreshToken("refresh-" + token, now));
	}

	private static void assertFails(AssertableApplicationContext context, String reason) {
		assertThat(context).hasFailed();
		assertThat(context.getStartupFailure()).rootCause()
			.isInstanceOf(AirlockConfigurationException.class)
			.hasMessageContainingAll("airlock.gateway.auth.client-registration-id", reason);
	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		ClientRegistrationRepository registrations(Environment environment) {
			return new InMemoryClientRegistrationRepository(ClientRegistration.withRegistrationId("airlock")
				.authorizationGrantType(
						new AuthorizationGrantType(environment.getProperty("grant-type", "client_credentials")))
				.clientId("shop")
				.redirectUri("https://shop.example.org/callback")
				.authorizationUri("https://id.example.org/authorize")
				.tokenUri(environment.getProperty("token-uri", "https://id.example.org/token"))
				.build());
		}

		@Bean
		OAuth2AuthorizedClientService clients(ClientRegistrationRepository registrations) {
			return new InMemoryOAuth2AuthorizedClientService(registrations);
		}

	}

}
