/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.time.InstantSource;

import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.device.DeviceLogin;
import io.airlockapp.gateway.auth.device.DeviceLoginLifecycle;
import io.airlockapp.gateway.auth.device.DeviceLoginSettings;
import io.airlockapp.gateway.auth.device.GatewayDiscovery;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.client.RestClient;

/**
 * Auto-configuration for the login of a person by the Device Authorization Grant.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class)
@ConditionalOnClass(RestClient.class)
@ConditionalOnBooleanProperty("airlock.gateway.auth.device-login.enabled")
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(AccessTokenSource.class)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
public final class AirlockDeviceLoginAutoConfiguration {

	private static final String PREFIX = "airlock.gateway.auth.device-login.";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DeviceLogin.class)
	static class DeviceLoginConfiguration {

		private static final Log logger = LogFactory.getLog(AirlockDeviceLoginAutoConfiguration.class);

		@Bean
		DeviceLogin airlockDeviceLogin(AirlockGatewayProperties properties,
				AirlockGatewayConnectionDetails connectionDetails,
				@Qualifier("airlockGatewayRequestFactory") GatewayRequestFactory requestFactory,
				ObjectProvider<RestClientCustomizer> customizers, GatewayRateLimiter rateLimiter,
				ObjectProvider<PairingStore> store, Environment environment) {
			String enabled = PREFIX + "enabled";
			AirlockAuthorizedClientAutoConfiguration.requireNoUserToken(enabled, connectionDetails.getCredentials());
			AirlockConfigurationException.throwIf(
					environment.containsProperty(AirlockAuthorizedClientAutoConfiguration.PROPERTY), enabled,
					"Spring Security's OAuth client identifies the user already",
					"Remove 'airlock.gateway.auth.client-registration-id', or this property.");
			DeviceLoginSettings settings = settings(properties.auth().deviceLogin(), properties.allowInsecureHttp());
			if (settings.issuer() == null) {
				logger.warn("The gateway names the page where a person signs in, because '%sissuer-uri' is not set: "
					.formatted(PREFIX) + "set it to the issuer of your identity provider");
			}
			GatewayDiscovery discovery = new GatewayDiscovery(
					withoutIdentity(connectionDetails.getBaseUrl(), requestFactory, customizers),
					connectionDetails.getBaseUrl(), rateLimiter);
			return new DeviceLogin(settings, discovery, requestFactory,
					properties.connectTimeout().plus(properties.readTimeout()), writable(store.getIfAvailable()),
					InstantSource.system(), Ticker.system());
		}

		@Bean
		@Lazy(false)
		DeviceLoginLifecycle airlockDeviceLoginLifecycle(DeviceLogin login) {
			return new DeviceLoginLifecycle(login);
		}

		private static PairingStore writable(@Nullable PairingStore store) {
			if (store != null && !store.isReadOnly()) {
				return store;
			}
			logger.info("No store keeps the login, so a person has to sign in each time this application starts; "
					+ "see 'airlock.gateway.pairing.store'");
			return new InMemoryPairingStore();
		}

		private static AirlockGatewayApi withoutIdentity(URI baseUrl, GatewayRequestFactory requestFactory,
				ObjectProvider<RestClientCustomizer> customizers) {
			return AirlockGatewayApiFactory.create(baseUrl, requestFactory,
					(builder) -> ApplicationRestClientCustomizers.apply(customizers, builder), (own) -> {
					});
		}

		private static URI issuer(String text) {
			URI issuer = PropertiesConnectionDetails.parse(text);
			AirlockConfigurationException.throwIf(issuer == null || issuer.getHost() == null, PREFIX + "issuer-uri",
					"it is no URL with a host", "Set it to a URL such as 'https://id.example.org/realms/main'.");
			return issuer;
		}

		private static DeviceLoginSettings settings(AirlockGatewayProperties.DeviceLogin properties,
				boolean allowInsecureHttp) {
			AirlockConfigurationException.throwIf(properties.maxCodes() < 1, PREFIX + "max-codes", "it is not positive",
					"Set it to how many codes may be shown.");
			AirlockConfigurationException.throwIf(properties.scope().isBlank(), PREFIX + "scope", "it is blank",
					"Set it to words such as 'openid profile', or remove the property.");
			URI issuer = StringUtils.hasText(properties.issuerUri()) ? issuer(properties.issuerUri().trim()) : null;
			String clientId = properties.clientId();
			return new DeviceLoginSettings(issuer, StringUtils.hasText(clientId) ? clientId.trim() : null,
					properties.scope().trim(), properties.maxCodes(), properties.logCode(), allowInsecureHttp);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.airlockapp.gateway.auth.device.DeviceLogin")
	static class MissingDeviceLoginConfiguration {

		@Bean
		@Lazy(false)
		AccessTokenSource airlockDeviceLogin() {
			throw AirlockConfigurationException.ofProperty(PREFIX + "enabled", "there is no support for device login",
					"Add the dependency 'io.airlockapp:airlock-gateway-device-login', or remove the property.");
		}

	}

}
