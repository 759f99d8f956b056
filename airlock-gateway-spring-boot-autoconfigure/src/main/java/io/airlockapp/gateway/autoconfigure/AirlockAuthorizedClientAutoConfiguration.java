/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.auth.security.AuthorizedClientTokenSource;
import io.airlockapp.gateway.auth.security.RetainingClientService;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.web.client.RestClient;

/**
 * Auto-configuration for access tokens of Spring Security's OAuth 2.0 client.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class, after = AirlockDeviceLoginAutoConfiguration.class)
@ConditionalOnProperty(AirlockAuthorizedClientAutoConfiguration.PROPERTY)
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(AccessTokenSource.class)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockAuthorizedClientAutoConfiguration {

	static final String PROPERTY = "airlock.gateway.auth.client-registration-id";

	private static final String MANAGER = "org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager";

	private static final String HOW_TO_ADD = "Add 'spring-boot-starter-security-oauth2-client' and define a client "
			+ "under 'spring.security.oauth2.client.registration', or remove the property.";

	static void requireNoUserToken(String property, GatewayCredentials credentials) {
		AirlockConfigurationException.throwIf(credentials.pat() != null || credentials.bearerToken() != null, property,
				"a personal access token or bearer token identifies the user already",
				"Remove 'airlock.gateway.auth.pat' and 'airlock.gateway.auth.bearer-token', or this property.");
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(MANAGER)
	static class WithoutClientConfiguration {

		@Bean
		AccessTokenSource airlockAccessTokenSource() {
			throw AirlockConfigurationException.ofProperty(PROPERTY,
					"Spring Security's OAuth client is not on the class path", HOW_TO_ADD);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = MANAGER)
	static class WithClientConfiguration {

		@Bean
		AuthorizedClientTokenSource airlockAccessTokenSource(AirlockGatewayProperties properties,
				AirlockGatewayConnectionDetails connectionDetails,
				ObjectProvider<ClientRegistrationRepository> registrations,
				ObjectProvider<OAuth2AuthorizedClientService> clients) {
			requireNoUserToken(PROPERTY, connectionDetails.getCredentials());
			ClientRegistrationRepository repository = registrations.getIfAvailable();
			OAuth2AuthorizedClientService service = clients.getIfAvailable();
			AirlockConfigurationException.throwIf(repository == null || service == null, PROPERTY,
					"there is no OAuth client", HOW_TO_ADD);
			String id = String.valueOf(properties.auth().clientRegistrationId());
			ClientRegistration registration = repository.findByRegistrationId(id);
			AirlockConfigurationException.throwIf(registration == null, PROPERTY,
					"there is no client registration named '%s'".formatted(id), HOW_TO_ADD);
			RestClient restClient = restClient(properties.connectTimeout(), properties.readTimeout());
			RetainingClientService retaining = new RetainingClientService(service);
			return new AuthorizedClientTokenSource(registration, retaining, manager(repository, retaining, restClient),
					properties.auth().matchUsersByName(), InstantSource.system());
		}

		/**
		 * Create a manager that does not require a web request, unlike Spring Security's
		 * default one. It is not a bean, since Spring Security would also use it for the
		 * application's own clients.
		 */
		private static OAuth2AuthorizedClientManager manager(ClientRegistrationRepository registrations,
				OAuth2AuthorizedClientService clients, RestClient restClient) {
			RestClientRefreshTokenTokenResponseClient refreshes = new RestClientRefreshTokenTokenResponseClient();
			refreshes.setRestClient(restClient);
			RestClientClientCredentialsTokenResponseClient credentials = new RestClientClientCredentialsTokenResponseClient();
			credentials.setRestClient(restClient);
			AuthorizedClientServiceOAuth2AuthorizedClientManager manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
					registrations, clients);
			manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
				.refreshToken((refresh) -> refresh.accessTokenResponseClient(refreshes)
					.clockSkew(AuthorizedClientTokenSource.MARGIN))
				.clientCredentials((grant) -> grant.accessTokenResponseClient(credentials)
					.clockSkew(AuthorizedClientTokenSource.MARGIN))
				.build());
			// The default one would also remove tokens that another instance has stored
			manager.setAuthorizationFailureHandler((failure, principal, attributes) -> {
			});
			return manager;
		}

		/**
		 * Create a client like Spring Security's default one, with the timeouts of the
		 * gateway. Approvals wait for a token no longer than that.
		 */
		private static RestClient restClient(Duration connectTimeout, Duration readTimeout) {
			HttpClientSettings settings = HttpClientSettings.defaults()
				.withRedirects(HttpRedirects.DONT_FOLLOW)
				.withTimeouts(connectTimeout, readTimeout);
			return RestClient.builder()
				.requestFactory(ClientHttpRequestFactoryBuilder.jdk().build(settings))
				.configureMessageConverters(
						(converters) -> converters.addCustomConverter(new FormHttpMessageConverter())
							.addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
				.defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
				.build();
		}

	}

}
