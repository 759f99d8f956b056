/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.support.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Obtains tokens from an {@link OAuth2AuthorizedClientManager}, and translates its
 * exceptions to {@link AirlockGatewayException}s.
 */
final class Authorization {

	private static final Set<String> REFUSALS = Set.of(OAuth2ErrorCodes.INVALID_CLIENT,
			OAuth2ErrorCodes.UNAUTHORIZED_CLIENT, OAuth2ErrorCodes.INVALID_SCOPE, OAuth2ErrorCodes.ACCESS_DENIED,
			OAuth2ErrorCodes.UNSUPPORTED_GRANT_TYPE);

	private static final Set<Integer> REFUSING = Set.of(400, 401, 403);

	private final ClientRegistration registration;

	private final OAuth2AuthorizedClientManager manager;

	/**
	 * Locks of the users for whom tasks run, by name. Refreshes of one user are
	 * serialized, since a refresh token may be valid for one use only.
	 */
	private final Map<String, UserLock> locks = new ConcurrentHashMap<>();

	Authorization(ClientRegistration registration, OAuth2AuthorizedClientManager manager) {
		this.registration = registration;
		this.manager = manager;
	}

	/**
	 * Run a task that may refresh a user's token. Such tasks of a user are serialized, so
	 * that the token is refreshed once.
	 */
	<T extends @Nullable Object> T alone(Authentication principal, Supplier<T> task) {
		UserLock lock = take(principal);
		lock.lock();
		try {
			return task.get();
		}
		finally {
			lock.unlock();
			release(principal);
		}
	}

	/**
	 * Run a task unless another one of the user is running.
	 */
	void tryAlone(Authentication principal, Runnable task) {
		UserLock lock = take(principal);
		try {
			if (lock.tryLock()) {
				try {
					task.run();
				}
				finally {
					lock.unlock();
				}
			}
		}
		finally {
			release(principal);
		}
	}

	private UserLock take(Authentication principal) {
		return this.locks.compute(principal.getName(),
				(name, held) -> ((held != null) ? held : new UserLock()).taken());
	}

	private void release(Authentication principal) {
		this.locks.computeIfPresent(principal.getName(), (name, held) -> held.released());
	}

	/**
	 * Return an access token, which is refreshed if the current one is about to expire.
	 * @throws AirlockGatewayException if there is none
	 */
	String authorize(Authentication principal) {
		return tokenOf(OAuth2AuthorizeRequest.withClientRegistrationId(this.registration.getRegistrationId())
			.principal(principal)
			.build());
	}

	/**
	 * Return an access token other than the given one, which was refused.
	 * @throws AirlockGatewayException if there is none
	 */
	String authorizeAgain(Authentication principal, OAuth2AuthorizedClient known) {
		OAuth2AccessToken token = known.getAccessToken();
		OAuth2AccessToken expired = new OAuth2AccessToken(token.getTokenType(), token.getTokenValue(), Instant.EPOCH,
				Instant.EPOCH.plusSeconds(1), token.getScopes());
		return tokenOf(OAuth2AuthorizeRequest
			.withAuthorizedClient(new OAuth2AuthorizedClient(known.getClientRegistration(), known.getPrincipalName(),
					expired, known.getRefreshToken()))
			.principal(principal)
			.build());
	}

	private String tokenOf(OAuth2AuthorizeRequest request) {
		OAuth2AuthorizedClient client;
		try {
			client = this.manager.authorize(request);
		}
		catch (OAuth2AuthorizationException ex) {
			throw failure(ex);
		}
		if (client == null) {
			throw loginRequired();
		}
		return client.getAccessToken().getTokenValue();
	}

	private AirlockGatewayException failure(OAuth2AuthorizationException ex) {
		String error = ex.getError().getErrorCode();
		if (ex instanceof ClientAuthorizationRequiredException || OAuth2ErrorCodes.INVALID_GRANT.equals(error)) {
			return loginRequired();
		}
		// Spring Security parses only errors with status 400
		String refusal = REFUSALS.contains(error) ? error : refusalOf(ex);
		if (refusal != null) {
			return new IdentityUnavailableException(
					"The identity provider refuses the client registration '%s' (%s): check its client id, secret and scope"
						.formatted(this.registration.getRegistrationId(), refusal),
					null);
		}
		// Without the cause, whose message may contain a token
		return new AirlockGatewayException(
				"The identity provider of the client registration '%s' gives no access token at the moment (%s)"
					.formatted(this.registration.getRegistrationId(), SafeText.of(error)),
				null, null);
	}

	private static @Nullable String refusalOf(Throwable failure) {
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof HttpClientErrorException response
					&& REFUSING.contains(response.getStatusCode().value())) {
				return String.valueOf(response.getStatusCode().value());
			}
		}
		return null;
	}

	/**
	 * Create an exception whose cause makes Spring Security redirect a browser to the
	 * identity provider.
	 */
	IdentityUnavailableException loginRequired() {
		String id = this.registration.getRegistrationId();
		return new IdentityUnavailableException(
				"The user has not logged in by the client registration '%s', or that login is over: log in again"
					.formatted(id),
				new ClientAuthorizationRequiredException(id));
	}

	/**
	 * Lock of one user, which exists while tasks use it.
	 */
	private static final class UserLock extends ReentrantLock {

		private int tasks;

		UserLock taken() {
			this.tasks++;
			return this;
		}

		@Nullable UserLock released() {
			return (--this.tasks > 0) ? this : null;
		}

	}

}
