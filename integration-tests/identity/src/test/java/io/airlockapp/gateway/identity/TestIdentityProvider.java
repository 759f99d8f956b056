/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.simulator.AirlockSimulator;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * An {@link IdentityProviderApplication} that runs.
 */
final class TestIdentityProvider implements AutoCloseable {

	static final String USER = "alice";

	static final String PASSWORD = "pa55word";

	private final ServletWebServerApplicationContext context;

	private TestIdentityProvider(ServletWebServerApplicationContext context) {
		this.context = context;
	}

	static TestIdentityProvider start(Duration accessTokenLifetime) {
		return start(accessTokenLifetime, "http://127.0.0.1:1/login/oauth2/code/airlock");
	}

	static TestIdentityProvider start(Duration accessTokenLifetime, String redirectUri) {
		return new TestIdentityProvider(
				(ServletWebServerApplicationContext) new SpringApplicationBuilder(IdentityProviderApplication.class)
					.web(WebApplicationType.SERVLET)
					.properties("server.port=0", "server.address=localhost", "spring.main.banner-mode=off",
							"airlock.gateway.enabled=false", "access-token-lifetime=" + accessTokenLifetime,
							"redirect-uri=" + redirectUri)
					.run());
	}

	/**
	 * Start a gateway to which a person signs in here.
	 */
	AirlockSimulator startGateway() {
		return AirlockSimulator.builder().identityProvider(issuer()).bearerTokens(this::accepts).start();
	}

	/**
	 * Return the properties of an application that has a person sign in.
	 */
	static Map<String, String> deviceLoginProperties(AirlockSimulator gateway) {
		Map<String, String> properties = new LinkedHashMap<>(gateway.properties());
		properties.remove("airlock.gateway.auth.pat");
		properties.put("airlock.gateway.auth.device-login.enabled", "true");
		// This provider gives no ID token for a code
		properties.put("airlock.gateway.auth.device-login.scope", "profile");
		return properties;
	}

	URI issuer() {
		return URI.create("http://localhost:" + this.context.getWebServer().getPort());
	}

	/**
	 * Return whether an access token is genuine and has not expired, by its signature.
	 */
	boolean accepts(String accessToken) {
		try {
			decode(accessToken);
			return true;
		}
		catch (JwtException ex) {
			return false;
		}
	}

	String subject(String accessToken) {
		return decode(accessToken).getSubject();
	}

	private Jwt decode(String accessToken) {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(issuer() + "/oauth2/jwks").build();
		OAuth2TokenValidator<Jwt> time = new JwtTimestampValidator(Duration.ZERO);
		decoder.setJwtValidator(time);
		return decoder.decode(accessToken);
	}

	/**
	 * Return whether a refresh token could still be used.
	 */
	boolean canRenewWith(String refreshToken) {
		OAuth2Authorization authorization = this.context.getBean(OAuth2AuthorizationService.class)
			.findByToken(refreshToken, OAuth2TokenType.REFRESH_TOKEN);
		return authorization != null && authorization.getRefreshToken().isActive();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
