/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Tokens of a person who is signed in. The text form contains no token.
 *
 * @param issuer the identity provider
 * @param clientId the client id at the identity provider
 * @param accessToken the access token for the gateway
 * @param refreshToken the refresh token, or {@code null}
 * @param issuedAt the time at which the access token was issued
 * @param expiresAt the time at which the access token expires
 * @param user the name of the person who is signed in, or {@code null} if unknown
 * @param claim the random mark of the instance of the application that refreshes the
 * tokens, or {@code null} if no refresh is in progress. It contains no time, since the
 * clocks of other instances may differ
 */
record Login(String issuer, String clientId, String accessToken, @Nullable String refreshToken, Instant issuedAt,
		Instant expiresAt, @Nullable String user, @Nullable String claim) {

	private static final Duration MARGIN = Duration.ofSeconds(30);

	private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(5);

	Login {
		Objects.requireNonNull(issuer);
		Objects.requireNonNull(clientId);
		Objects.requireNonNull(accessToken);
		Objects.requireNonNull(issuedAt);
		Objects.requireNonNull(expiresAt);
	}

	/**
	 * Parse the result of {@link #toText()}.
	 * @return the login, or {@code null} if the text is malformed
	 */
	static @Nullable Login parse(String text) {
		try {
			return HarpJson.mapper().readValue(text, Login.class);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	String toText() {
		return HarpJson.mapper().writeValueAsString(this);
	}

	/**
	 * Return the time at which to refresh the access token: 30 seconds before it expires,
	 * or after half its lifetime if that is later, but not sooner than 5 seconds after it
	 * was issued; the expiry itself if there is no refresh token. A token that expires
	 * sooner is refreshed when it is needed.
	 */
	Instant renewAt() {
		if (this.refreshToken == null) {
			return this.expiresAt;
		}
		Duration half = Duration.between(this.issuedAt, this.expiresAt).dividedBy(2);
		Instant renewAt = this.expiresAt.minus((half.compareTo(MARGIN) < 0) ? half : MARGIN);
		Instant earliest = this.issuedAt.plus(SHORTEST_INTERVAL);
		return renewAt.isBefore(earliest) ? earliest : renewAt;
	}

	boolean isExpired(Instant now) {
		return !now.isBefore(this.expiresAt);
	}

	boolean hasTokensOf(Login other) {
		return this.accessToken.equals(other.accessToken) && Objects.equals(this.refreshToken, other.refreshToken);
	}

	Login withClaim(@Nullable String newClaim) {
		return new Login(this.issuer, this.clientId, this.accessToken, this.refreshToken, this.issuedAt, this.expiresAt,
				this.user, newClaim);
	}

	@Override
	public String toString() {
		return "Login[issuer=%s, clientId=%s, expiresAt=%s]".formatted(this.issuer, this.clientId, this.expiresAt);
	}

}
