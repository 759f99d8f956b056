/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Immutable settings for a {@link DeviceLogin}.
 *
 * @param issuer the only accepted identity provider, or {@code null} for the gateway's
 * identity provider
 * @param clientId the client id at the identity provider, or {@code null} for the one
 * specified by the gateway
 * @param scope the scope to request, as words separated by spaces
 * @param maxCodes the maximum number of codes, issued one after the other until a person
 * signs in
 * @param logCode whether codes are logged
 * @param allowInsecureHttp whether plain HTTP to the identity provider is permitted for
 * hosts other than this machine
 */
public record DeviceLoginSettings(@Nullable URI issuer, @Nullable String clientId, String scope, int maxCodes,
		boolean logCode, boolean allowInsecureHttp) {

	/**
	 * Return whether a stored login is of the identity provider and the client, as far as
	 * they are configured. The application may have been configured for others.
	 */
	boolean permits(Login login) {
		return (this.issuer == null || ProviderLookup.withoutSlash(this.issuer.toString())
			.equals(ProviderLookup.withoutSlash(login.issuer())))
				&& (this.clientId == null || this.clientId.equals(login.clientId()));
	}

}
