/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;

import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the identity provider from the settings or gateway discovery, and from its
 * metadata. Discovery and metadata are not trusted beyond that. The result is cached
 * until a request fails.
 */
final class ProviderLookup {

	private static final String DEFAULT_CLIENT_ID = "airlock-integrations";

	private final DeviceLoginSettings settings;

	private final GatewayDiscovery gateway;

	private final HTTPRequestSender http;

	private final ProviderUrls urls;

	private volatile @Nullable IdentityProvider found;

	ProviderLookup(DeviceLoginSettings settings, GatewayDiscovery gateway, HTTPRequestSender http) {
		this.settings = settings;
		this.gateway = gateway;
		this.http = http;
		this.urls = new ProviderUrls(settings.allowInsecureHttp());
	}

	/**
	 * Return the identity provider.
	 * @throws ProviderException if it cannot be resolved, or its metadata or URLs are not
	 * acceptable
	 */
	IdentityProvider find() {
		IdentityProvider provider = this.found;
		if (provider == null) {
			provider = lookUp();
			this.found = provider;
		}
		return provider;
	}

	void forget() {
		this.found = null;
	}

	private IdentityProvider lookUp() {
		URI issuer = this.settings.issuer();
		String clientId = this.settings.clientId();
		if (issuer == null) {
			Discovery.IdentityProvider named = this.gateway.identityProvider();
			issuer = elsewhere(uri(named.baseUrl()));
			clientId = (clientId != null) ? clientId : named.clientId();
		}
		this.urls.issuer(issuer);
		AuthorizationServerMetadata metadata = metadata(issuer);
		if (!withoutSlash(metadata.getIssuer().getValue()).equals(withoutSlash(issuer.toString()))) {
			throw ProviderException
				.invalid("The identity provider at %s says it is another one, so it is not trusted".formatted(issuer));
		}
		URI revocation = metadata.getRevocationEndpointURI();
		return new IdentityProvider(metadata.getIssuer().getValue(), (clientId != null) ? clientId : DEFAULT_CLIENT_ID,
				this.urls.endpoint(metadata.getTokenEndpointURI(), issuer, "token endpoint"),
				this.urls.endpoint(metadata.getDeviceAuthorizationEndpointURI(), issuer,
						"device authorization endpoint"),
				(revocation != null) ? this.urls.endpoint(revocation, issuer, "revocation endpoint") : null);
	}

	/**
	 * Reject URLs of this machine and its link from a remote gateway, which otherwise
	 * could direct requests to services there.
	 */
	private URI elsewhere(URI issuer) {
		if (!this.gateway.isOnThisMachine() && isReached(issuer)) {
			throw ProviderException
				.invalid("The gateway names an identity provider on this machine, at %s, which cannot be right. "
					.formatted(SafeText.of(issuer.toString()))
						+ "If it is right, set 'airlock.gateway.auth.device-login.issuer-uri'");
		}
		return issuer;
	}

	/**
	 * Return whether a request to a URL may reach this machine or its link, in any
	 * spelling. Names are resolved.
	 * @param uri the URL
	 * @return {@code true} if an address of the host is a loopback, an unspecified or a
	 * link-local address
	 */
	private static boolean isReached(URI uri) {
		if (uri.getHost() == null) {
			return false;
		}
		try {
			return Arrays.stream(InetAddress.getAllByName(uri.getHost()))
				.anyMatch((address) -> address.isLoopbackAddress() || address.isAnyLocalAddress()
						|| address.isLinkLocalAddress());
		}
		catch (UnknownHostException ex) {
			// A request fails likewise
			return false;
		}
	}

	private AuthorizationServerMetadata metadata(URI issuer) {
		URI location = uri(withoutSlash(issuer.toString()) + "/.well-known/openid-configuration");
		try {
			HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, location);
			request.setAccept("application/json");
			HTTPResponse response = request.send(this.http);
			if (response.getStatusCode() != HTTPResponse.SC_OK) {
				throw ProviderException.refused(response.getStatusCode(), null);
			}
			return AuthorizationServerMetadata.parse(response.getBodyAsJSONObject());
		}
		catch (IOException ex) {
			throw ProviderException.unreachable("The identity provider " + issuer, ex);
		}
		catch (Exception ex) {
			throw (ex instanceof ProviderException known) ? known : ProviderException
				.invalid("The metadata of the identity provider %s cannot be read".formatted(issuer));
		}
	}

	private static URI uri(@Nullable String text) {
		try {
			return new URI(String.valueOf(text));
		}
		catch (URISyntaxException ex) {
			throw ProviderException.invalid("The gateway names no URL as the identity provider");
		}
	}

	static String withoutSlash(String url) {
		return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
	}

}
