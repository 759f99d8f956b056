/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;

import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.client.Loopback;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * {@link AirlockGatewayConnectionDetails} from {@link AirlockGatewayProperties}. All
 * properties are validated at start.
 */
class PropertiesConnectionDetails implements AirlockGatewayConnectionDetails {

	private static final String DEFAULT_BASE_URL = "https://igw.airlocks.io";

	private static final String PREFIX = "airlock.gateway.";

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final Map<String, Pairing> pairings;

	private final @Nullable String sslBundle;

	private final @Nullable SslBundles sslBundles;

	PropertiesConnectionDetails(AirlockGatewayProperties properties, @Nullable SslBundles sslBundles,
			boolean hasTokens) {
		this.baseUrl = baseUrl(properties);
		this.credentials = credentials(properties.auth());
		this.pairings = PairingsFromProperties.read(properties);
		this.sslBundle = StringUtils.hasText(properties.ssl().bundle()) ? properties.ssl().bundle() : null;
		this.sslBundles = sslBundles;
		getSslBundle();
		boolean used = properties.baseUrl() != null || !this.pairings.isEmpty()
				|| !PairingsFromProperties.codes(properties).isEmpty();
		throwIf(used && this.credentials.isEmpty() && !hasTokens, "auth.pat",
				"it is not set, nor are other credentials, but a pairing or 'airlock.gateway.base-url' is",
				FailureMessages.inTest()
						+ "Set 'airlock.gateway.auth.pat' to a personal access token, or 'airlock.gateway.auth.bearer-token', "
						+ "or 'airlock.gateway.auth.client-id' with 'airlock.gateway.auth.client-secret', or let a "
						+ "person sign in with 'airlock.gateway.auth.device-login.enabled=true'.");
	}

	private static URI baseUrl(AirlockGatewayProperties properties) {
		String text = (properties.baseUrl() != null) ? properties.baseUrl().trim() : DEFAULT_BASE_URL;
		URI uri = parse(text);
		String scheme = (uri != null && uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (uri == null || uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))
				|| uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null
				|| text.contains("%")) {
			throw AirlockConfigurationException.ofProperty(PREFIX + "base-url",
					"it must be an absolute HTTP or HTTPS URL",
					"Set it to a URL such as 'https://igw.airlocks.io', without user, query or fragment, and without '%'.");
		}
		throwIf(scheme.equals("http") && !Loopback.isLoopback(uri) && !properties.allowInsecureHttp(), "base-url",
				"plain HTTP to %s would show credentials to everybody on the way".formatted(uri.getHost()),
				"Use 'https://', or, on a network that you trust, set 'airlock.gateway.allow-insecure-http=true'.");
		return uri;
	}

	/**
	 * Parse a URL.
	 * @return the URL, or {@code null} if it is none
	 */
	static @Nullable URI parse(String text) {
		try {
			return new URI(text);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private static GatewayCredentials credentials(AirlockGatewayProperties.Auth auth) {
		GatewayCredentials credentials = new GatewayCredentials(header("auth.pat", auth.pat()),
				header("auth.bearer-token", auth.bearerToken()), header("auth.client-id", auth.clientId()),
				header("auth.client-secret", auth.clientSecret()), header("auth.origin", auth.origin()));
		boolean provesClient = credentials.clientSecret() != null || credentials.origin() != null;
		throwIf(credentials.clientId() == null && provesClient, "auth.client-id", "it is missing",
				"Set it, because there is a client secret or an origin, or remove those.");
		throwIf(credentials.clientId() != null && !provesClient, "auth.client-id",
				"a client secret or an origin is missing",
				"Set 'airlock.gateway.auth.client-secret', or, for a public application, "
						+ "'airlock.gateway.auth.origin'.");
		return credentials;
	}

	private static @Nullable String header(String name, @Nullable String value) {
		if (!StringUtils.hasLength(value)) {
			return null;
		}
		AirlockConfigurationException.requireNoPlaceholder(PREFIX + name, value);
		throwIf(!VisibleAscii.matches(value, Integer.MAX_VALUE), name,
				"it has white space, line breaks or characters outside ASCII",
				"Check how it was copied; a line break at the end of a file is a common cause.");
		return value;
	}

	private static void throwIf(boolean unusable, String name, String reason, String action) {
		AirlockConfigurationException.throwIf(unusable, PREFIX + name, reason, action);
	}

	@Override
	public URI getBaseUrl() {
		return this.baseUrl;
	}

	@Override
	public GatewayCredentials getCredentials() {
		return this.credentials;
	}

	@Override
	public Map<String, Pairing> getPairings() {
		return this.pairings;
	}

	/**
	 * Return the SSL bundle in its current state, since it may have been reloaded.
	 */
	@Override
	public @Nullable SslBundle getSslBundle() {
		if (this.sslBundle == null) {
			return null;
		}
		try {
			if (this.sslBundles != null) {
				return this.sslBundles.getBundle(this.sslBundle);
			}
		}
		catch (NoSuchSslBundleException ex) {
			// Reported below, together with the remedy
		}
		throw AirlockConfigurationException.ofProperty(PREFIX + "ssl.bundle",
				"there is no SSL bundle named '%s'".formatted(this.sslBundle),
				"Define the bundle under 'spring.ssl.bundle.jks' or 'spring.ssl.bundle.pem', or name one that is there.");
	}

	/**
	 * Invoke a callback after each reload of the SSL bundle, if there is one.
	 */
	void onSslBundleUpdate(Runnable callback) {
		if (this.sslBundle != null && this.sslBundles != null) {
			this.sslBundles.addBundleUpdateHandler(this.sslBundle, (updated) -> callback.run());
		}
	}

}
