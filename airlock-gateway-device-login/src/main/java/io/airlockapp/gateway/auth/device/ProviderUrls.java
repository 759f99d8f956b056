/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.util.Locale;

import io.airlockapp.gateway.client.Loopback;
import org.jspecify.annotations.Nullable;

/**
 * Validates the URLs of an identity provider. A URL from discovery or metadata is used
 * only if it is encrypted in transit, and receives tokens only at the issuer's own
 * origin.
 *
 * @param allowInsecureHttp whether plain HTTP is permitted for hosts other than this
 * machine
 */
record ProviderUrls(boolean allowInsecureHttp) {

	private static final int MAX_LENGTH = 500;

	/**
	 * Return the URL if requests to it and its display are permitted.
	 * @throws ProviderException if the URL is not acceptable
	 */
	URI checked(@Nullable URI uri, String what) {
		if (uri == null) {
			throw ProviderException.invalid("The identity provider has no %s".formatted(what));
		}
		if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null
				|| uri.toString().length() > MAX_LENGTH || !uri.toString().equals(uri.toASCIIString())) {
			throw ProviderException
				.invalid("The identity provider's %s is not a URL with a host and a path".formatted(what));
		}
		boolean plain = "http".equalsIgnoreCase(uri.getScheme());
		if (!plain && !"https".equalsIgnoreCase(uri.getScheme())) {
			throw ProviderException.invalid("The identity provider's %s is not an HTTP URL".formatted(what));
		}
		if (plain && !this.allowInsecureHttp && !Loopback.isLoopback(uri)) {
			throw ProviderException
				.invalid(("The identity provider's %s is plain HTTP to %s, which would show tokens to "
						+ "everybody on the way")
					.formatted(what, uri.getHost()));
		}
		return uri;
	}

	/**
	 * Validate the URL of an issuer, to which a path is appended.
	 * @throws ProviderException if the URL is not acceptable or has a query, to which the
	 * path would be appended
	 */
	void issuer(URI uri) {
		if (checked(uri, "issuer").getRawQuery() != null) {
			throw ProviderException.invalid("The identity provider's issuer has a query");
		}
	}

	/**
	 * Return the URL if it may receive tokens.
	 * @throws ProviderException if the URL is not acceptable
	 */
	URI endpoint(@Nullable URI uri, URI issuer, String what) {
		URI checked = checked(uri, what);
		if (!origin(checked).equals(origin(issuer))) {
			throw ProviderException
				.invalid("The identity provider's %s is at %s, and not at the origin of its issuer %s".formatted(what,
						checked.getHost(), issuer));
		}
		return checked;
	}

	private static String origin(URI uri) {
		boolean plain = "http".equalsIgnoreCase(uri.getScheme());
		int port = (uri.getPort() != -1) ? uri.getPort() : (plain ? 80 : 443);
		return "%s://%s:%s".formatted(plain ? "http" : "https", uri.getHost().toLowerCase(Locale.ROOT), port);
	}

}
