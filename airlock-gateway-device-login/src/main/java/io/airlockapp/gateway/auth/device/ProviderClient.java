/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Request;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Public OAuth 2.0 client of an identity provider.
 *
 * @param http the HTTP client
 * @param urls the validator of URLs
 * @param clock the clock for the time of day
 */
record ProviderClient(HTTPRequestSender http, ProviderUrls urls, InstantSource clock) {

	private static final Duration MAX_CODE_LIFETIME = Duration.ofHours(1);

	private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

	private static final Duration MAX_LIFETIME = Duration.ofDays(1);

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

	private static final int MAX_NAME_LENGTH = 100;

	private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

	/**
	 * Request codes for signing in.
	 * @throws ProviderException if no codes are issued
	 */
	DeviceAuthorization requestCode(IdentityProvider provider, String scope) {
		Instant now = this.clock.instant();
		HTTPResponse response = send(new DeviceAuthorizationRequest(provider.deviceAuthorizationEndpoint(),
				new ClientID(provider.clientId()), Scope.parse(scope)));
		try {
			DeviceAuthorizationSuccessResponse success = DeviceAuthorizationSuccessResponse.parse(response);
			URI complete = success.getVerificationURIComplete();
			if (!VisibleAscii.matches(success.getUserCode().getValue(), 64)) {
				throw ProviderException.invalid("The identity provider's code is none that a person could enter");
			}
			return new DeviceAuthorization(provider, success.getDeviceCode().getValue(),
					success.getUserCode().getValue(),
					this.urls.checked(success.getVerificationURI(), "verification URL"),
					(complete != null) ? this.urls.checked(complete, "verification URL") : null,
					now.plus(atMost(MAX_CODE_LIFETIME, success.getLifetime())), interval(success.getInterval()));
		}
		catch (ParseException ex) {
			throw ProviderException.invalid("The identity provider's code cannot be read");
		}
	}

	/**
	 * Poll for the result of a code.
	 * @throws ProviderException if the person has not entered the code yet, with the
	 * error {@code authorization_pending}, or if signing in fails
	 */
	Login signIn(DeviceAuthorization code) {
		return login(code.provider(), new DeviceCodeGrant(new DeviceCode(code.deviceCode())), null);
	}

	/**
	 * Refresh the access token.
	 * @throws ProviderException if the refresh fails, with the error {@code
	 * invalid_grant} if the login has ended
	 */
	Login renew(IdentityProvider provider, Login login) {
		return login(provider, new RefreshTokenGrant(new RefreshToken(login.refreshToken())), login);
	}

	/**
	 * Revoke a login at the identity provider.
	 * @throws ProviderException if the revocation fails
	 */
	void revoke(IdentityProvider provider, String refreshToken) {
		if (provider.revocationEndpoint() == null) {
			throw ProviderException.invalid("The identity provider cannot revoke tokens");
		}
		send(new TokenRevocationRequest(provider.revocationEndpoint(), new ClientID(provider.clientId()),
				new RefreshToken(refreshToken)));
	}

	/**
	 * Request tokens.
	 * @param renewed the previous login, whose user is retained, and whose refresh token
	 * is if the response omits it
	 */
	private Login login(IdentityProvider provider, AuthorizationGrant grant, @Nullable Login renewed) {
		// Taken before the request, so that it is not later than the time of issue
		Instant issuedAt = this.clock.instant();
		ClientID clientId = new ClientID(provider.clientId());
		HTTPResponse response = send(new TokenRequest.Builder(provider.tokenEndpoint(), clientId, grant).build());
		AccessTokenResponse success;
		try {
			success = AccessTokenResponse.parse(response);
		}
		catch (ParseException ex) {
			throw ProviderException.invalid("The identity provider's tokens cannot be read");
		}
		Tokens tokens = success.getTokens();
		BearerAccessToken accessToken = tokens.getBearerAccessToken();
		if (accessToken == null) {
			throw ProviderException.invalid("The identity provider gives no bearer token");
		}
		String refreshToken = (tokens.getRefreshToken() != null) ? tokens.getRefreshToken().getValue()
				: (renewed != null) ? renewed.refreshToken() : null;
		// Nothing but the tokens of a refresh is read, since a failure would lose the
		// only valid refresh token
		String user = (renewed != null) ? renewed.user()
				: user(provider, success.getCustomParameters().get("id_token"));
		Duration lifetime = (accessToken.getLifetime() > 0) ? atMost(MAX_LIFETIME, accessToken.getLifetime())
				: DEFAULT_LIFETIME;
		return new Login(provider.issuer(), provider.clientId(), accessToken.getValue(), refreshToken, issuedAt,
				issuedAt.plus(lifetime), user, null);
	}

	/**
	 * Return the name of the user, or {@code null} if there is no ID token or it is
	 * encrypted. The signature of the ID token is not verified, since the token is
	 * received directly from the identity provider and is used for display only.
	 */
	private static @Nullable String user(IdentityProvider provider, @Nullable Object idToken) {
		try {
			JWTClaimsSet claims = (idToken != null) ? JWTParser.parse(idToken.toString()).getJWTClaimsSet() : null;
			if (claims == null) {
				return null;
			}
			if (!Objects.equals(claims.getIssuer(), provider.issuer())
					|| !claims.getAudience().contains(provider.clientId())) {
				throw ProviderException.invalid("The identity provider's ID token is not for this application");
			}
			String name = name(claims.getStringClaim("preferred_username"));
			return (name != null) ? name : name(claims.getSubject());
		}
		catch (java.text.ParseException ex) {
			throw ProviderException.invalid("The identity provider's ID token cannot be read");
		}
	}

	/**
	 * Return a name that is safe to be displayed: one line, limited in length.
	 */
	static @Nullable String name(@Nullable String name) {
		if (name == null || name.isBlank()) {
			return null;
		}
		String line = UNPRINTABLE.matcher(name).replaceAll(" ");
		return (line.length() <= MAX_NAME_LENGTH) ? line : line.substring(0, MAX_NAME_LENGTH);
	}

	private HTTPResponse send(Request request) {
		HTTPResponse response;
		try {
			response = request.toHTTPRequest().send(this.http);
		}
		catch (IOException ex) {
			throw ProviderException.unreachable("The identity provider", ex);
		}
		if (!response.indicatesSuccess()) {
			throw ProviderException.refused(response.getStatusCode(), ErrorObject.parse(response).getCode());
		}
		return response;
	}

	private static Duration interval(long seconds) {
		Duration interval = atMost(MAX_INTERVAL, seconds);
		return (interval.compareTo(MIN_INTERVAL) < 0) ? MIN_INTERVAL : interval;
	}

	private static Duration atMost(Duration max, long seconds) {
		return (seconds > max.toSeconds()) ? max : Duration.ofSeconds(Math.max(0, seconds));
	}

}
