/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Response of the gateway's discovery endpoint with the supported ways of identification.
 *
 * @param idp the identity provider
 * @param auth the other supported credentials
 */
public record Discovery(@Nullable IdentityProvider idp, @Nullable Auth auth) {

	/**
	 * Identity provider of the gateway.
	 *
	 * @param baseUrl the OpenID Connect issuer
	 * @param clientId the client id for integrations
	 */
	public record IdentityProvider(@Nullable String baseUrl, @Nullable String clientId) {

		private static final String DEFAULT_CLIENT_ID = "airlock-integrations";

		public IdentityProvider {
			clientId = (clientId != null) ? clientId : DEFAULT_CLIENT_ID;
		}

	}

	/**
	 * Credentials that the gateway supports.
	 *
	 * @param patSupported whether personal access tokens are supported
	 */
	public record Auth(boolean patSupported) {
	}

}
