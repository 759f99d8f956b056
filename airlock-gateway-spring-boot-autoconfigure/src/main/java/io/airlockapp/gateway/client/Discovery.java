package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * How callers may identify themselves.
 *
 * @param idp the identity provider
 * @param auth what else is supported
 */
public record Discovery(@Nullable IdentityProvider idp, @Nullable Auth auth) {

	/**
	 * The identity provider.
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
	 * What the gateway supports.
	 *
	 * @param patSupported whether personal access tokens are supported
	 */
	public record Auth(boolean patSupported) {
	}

}
