/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.time.Duration;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/**
 * A real OpenID provider with one user and three clients: one without a secret for the
 * device grant, one for browsers, one for applications. Refresh tokens are good for one
 * use.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class IdentityProviderApplication {

	@Bean
	SecurityFilterChain security(HttpSecurity http, RegisteredClientRepository clients) {
		PublicClientAuthentication publicClients = new PublicClientAuthentication(clients);
		http.oauth2AuthorizationServer((server) -> server.oidc(Customizer.withDefaults())
			.deviceAuthorizationEndpoint(Customizer.withDefaults())
			.clientAuthentication((authentication) -> authentication.authenticationConverter(publicClients)
				.authenticationProvider(publicClients)));
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			// In a session, since the authorization endpoint looks before this filter
			// does
			.httpBasic((basic) -> basic.securityContextRepository(new HttpSessionSecurityContextRepository()))
			.build();
	}

	@Bean
	UserDetailsService users() {
		return new InMemoryUserDetailsManager(User.withUsername(TestIdentityProvider.USER)
			.password("{noop}" + TestIdentityProvider.PASSWORD)
			.build());
	}

	@Bean
	RegisteredClientRepository clients(@Value("${access-token-lifetime}") Duration lifetime,
			@Value("${redirect-uri}") String redirectUri) {
		TokenSettings tokens = TokenSettings.builder()
			.accessTokenTimeToLive(lifetime)
			.reuseRefreshTokens(false)
			.build();
		return new InMemoryRegisteredClientRepository(List.of(
				client("airlock-integrations").clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
					.authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
					.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
					.scope("profile")
					.tokenSettings(tokens)
					.build(),
				client("shop").clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
					.clientSecret("{noop}s3cr3t")
					.authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
					.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
					.redirectUri(redirectUri)
					.scope("openid")
					.clientSettings(ClientSettings.builder().requireProofKey(true).build())
					.tokenSettings(tokens)
					.build(),
				client("night-job").clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
					.clientSecret("{noop}job-s3cr3t")
					.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
					.tokenSettings(tokens)
					.build()));
	}

	private static RegisteredClient.Builder client(String id) {
		return RegisteredClient.withId(id).clientId(id);
	}

	@Bean
	OAuth2AuthorizationService authorizations() {
		return new InMemoryOAuth2AuthorizationService();
	}

	@Bean
	JWKSource<SecurityContext> keys() throws JOSEException {
		return new ImmutableJWKSet<>(new JWKSet(new RSAKeyGenerator(2048).keyID("key-1").generate()));
	}

	@Bean
	AuthorizationServerSettings settings() {
		return AuthorizationServerSettings.builder().build();
	}

}
