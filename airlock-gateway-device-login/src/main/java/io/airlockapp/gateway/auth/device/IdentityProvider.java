/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Identity provider to sign in at, with the client id of this application.
 *
 * @param issuer the issuer
 * @param clientId the client id of this application at the issuer
 * @param tokenEndpoint the endpoint that issues and refreshes tokens
 * @param deviceAuthorizationEndpoint the endpoint that issues codes
 * @param revocationEndpoint the endpoint that revokes tokens, or {@code null} if there is
 * none
 */
record IdentityProvider(String issuer, String clientId, URI tokenEndpoint, URI deviceAuthorizationEndpoint,
		@Nullable URI revocationEndpoint) {

	boolean issued(Login login) {
		return this.issuer.equals(login.issuer()) && this.clientId.equals(login.clientId());
	}

}
