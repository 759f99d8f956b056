/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Credentials of the application. A personal access token or a bearer token identifies
 * its user; a client id with a secret or an origin identifies the application. Both kinds
 * can be combined. The text form contains none of the values.
 *
 * @param pat the personal access token
 * @param bearerToken the bearer token, which is not sent if there is a personal access
 * token
 * @param clientId the id of a registered enforcer application
 * @param clientSecret the secret of a confidential application
 * @param origin the origin of a public application
 */
public record GatewayCredentials(@Nullable String pat, @Nullable String bearerToken, @Nullable String clientId,
		@Nullable String clientSecret, @Nullable String origin) {

	/**
	 * No credentials.
	 */
	public static final GatewayCredentials NONE = new GatewayCredentials(null, null, null, null, null);

	/**
	 * Create credentials.
	 * @throws IllegalArgumentException if a value cannot be sent in a header because it
	 * is empty or contains white space, line breaks or characters outside ASCII
	 */
	public GatewayCredentials {
		check("pat", pat);
		check("bearerToken", bearerToken);
		check("clientId", clientId);
		check("clientSecret", clientSecret);
		check("origin", origin);
	}

	private static void check(String name, @Nullable String value) {
		Assert.isTrue(value == null || isSendable(value),
				() -> "The gateway's '%s' is empty, or it has white space, line breaks or characters outside ASCII. Check how it was copied; a line break at the end of a file is a common cause"
					.formatted(name));
	}

	/**
	 * Return whether a value can be sent in a header without being modified or split.
	 */
	static boolean isSendable(String value) {
		return VisibleAscii.matches(value, Integer.MAX_VALUE);
	}

	/**
	 * Return whether neither the user nor the application is identified.
	 * @return {@code true} if there are no credentials
	 */
	public boolean isEmpty() {
		return this.pat == null && this.bearerToken == null && this.clientId == null;
	}

	/**
	 * Return the kinds of credentials that are set, for operators.
	 * @param tokens the kind of access tokens that are used unless there is a personal
	 * access token, or {@code null} if there are none
	 * @return a text such as {@code device login + client}
	 */
	public String describe(@Nullable String tokens) {
		String bearer = (tokens != null) ? tokens : (this.bearerToken != null) ? "bearer" : "";
		String user = (this.pat != null) ? "pat" : bearer;
		String application = (this.clientId != null) ? "client" : "";
		return user + (user.isEmpty() || application.isEmpty() ? "" : " + ") + application;
	}

	@Override
	public String toString() {
		return "GatewayCredentials[%s]".formatted(describe(null));
	}

}
