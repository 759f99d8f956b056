/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.function.Predicate;

import com.sun.net.httpserver.Headers;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;

/**
 * Identifies the caller of the gateway. A personal access token is checked first, then a
 * bearer token, then the credentials of an application.
 */
public final class Identity {

	private static final String BEARER = "Bearer ";

	private final String pat;

	private final Predicate<String> bearerTokens;

	public Identity(String pat, Predicate<String> bearerTokens) {
		this.pat = pat;
		this.bearerTokens = bearerTokens;
	}

	/**
	 * Return the identity of the caller.
	 * @throws GatewayRefusal if there are no valid credentials
	 */
	public String of(Headers headers) {
		String token = headers.getFirst("X-PAT");
		String authorization = headers.getFirst("Authorization");
		String clientId = headers.getFirst("X-Client-Id");
		if (clientId != null
				&& (clientId.isBlank() || !(headers.containsKey("X-Client-Secret") || headers.containsKey("Origin")))) {
			throw unauthorized("'X-Client-Id' needs 'X-Client-Secret' or 'Origin' beside it");
		}
		if (token != null) {
			if (!token.equals(this.pat)) {
				throw unauthorized("The personal access token is not known");
			}
		}
		else if (authorization != null) {
			if (!authorization.startsWith(BEARER) || authorization.substring(BEARER.length()).isBlank()) {
				throw unauthorized("'Authorization' has no bearer token");
			}
			if (!this.bearerTokens.test(authorization.substring(BEARER.length()))) {
				throw unauthorized("The bearer token is not accepted");
			}
		}
		else if (clientId == null) {
			throw unauthorized("The call has no identity");
		}
		return (clientId != null) ? clientId : (token != null) ? token : String.valueOf(authorization);
	}

	private static GatewayRefusal unauthorized(String message) {
		return GatewayRefusal.of(401, "unauthorized", message).withHeader("WWW-Authenticate", "Bearer");
	}

}
