package io.airlockapp.gateway.auth.device;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Where and as whom to sign in.
 *
 * @param issuer the identity provider
 * @param clientId the client id of this application there
 * @param tokenEndpoint gives and renews tokens
 * @param deviceAuthorizationEndpoint gives codes
 * @param revocationEndpoint revokes tokens, or {@code null} if it can't
 */
record IdentityProvider(String issuer, String clientId, URI tokenEndpoint, URI deviceAuthorizationEndpoint,
		@Nullable URI revocationEndpoint) {

	boolean issued(Login login) {
		return this.issuer.equals(login.issuer()) && this.clientId.equals(login.clientId());
	}

}
