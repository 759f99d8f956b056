/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.AccessTokenSource;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

/**
 * {@link AccessTokenSource} that is backed by Spring Security's OAuth 2.0 client. A
 * registration for client credentials provides the tokens of the application. Any other
 * registration provides the tokens of the user who is authenticated when a request is
 * sent; without such a user, there is no token.
 * <p>
 * Spring Security stores tokens by registration and name. A user who was authenticated in
 * another way can have the same name as somebody who logged in by the registration, and
 * therefore gets no token of theirs.
 */
public final class AuthorizedClientTokenSource implements AccessTokenSource {

	/**
	 * Time before its expiry from which a token is refreshed.
	 */
	public static final Duration MARGIN = Duration.ofSeconds(30);

	private static final Authentication APPLICATION = UsernamePasswordAuthenticationToken
		.authenticated("airlock-gateway", null, List.of());

	private final ClientRegistration registration;

	private final OAuth2AuthorizedClientService clients;

	private final Authorization authorization;

	private final boolean matchUsersByName;

	private final InstantSource clock;

	/**
	 * Create a source.
	 * @param registration the registration whose tokens are sent to the gateway
	 * @param clients the service that stores the tokens
	 * @param manager the manager that obtains and refreshes tokens, on any thread
	 * @param matchUsersByName whether a user who was authenticated other than by OAuth
	 * 2.0 gets the tokens that are stored under the same name
	 * @param clock the clock
	 */
	public AuthorizedClientTokenSource(ClientRegistration registration, OAuth2AuthorizedClientService clients,
			OAuth2AuthorizedClientManager manager, boolean matchUsersByName, InstantSource clock) {
		this.registration = registration;
		this.clients = clients;
		this.authorization = new Authorization(registration, manager);
		this.matchUsersByName = matchUsersByName;
		this.clock = clock;
	}

	@Override
	public @Nullable String getAccessToken() {
		Authentication principal = principal();
		if (principal == null) {
			return null;
		}
		OAuth2AuthorizedClient known = client(principal);
		return (known != null && isValid(known, Duration.ZERO)) ? known.getAccessToken().getTokenValue()
				: this.authorization.alone(principal,
						() -> refresh(principal, known, () -> this.authorization.authorize(principal)));
	}

	@Override
	public void refreshAhead() {
		Authentication principal = principal();
		OAuth2AuthorizedClient known = (principal != null) ? client(principal) : null;
		if (principal == null || known == null) {
			return;
		}
		if (this.clients instanceof RetainingClientService retaining && retaining.isRetained(known, principal)) {
			this.authorization.tryAlone(principal, () -> retaining.saveRetained(known, principal));
		}
		if (!isValid(known, MARGIN)) {
			this.authorization.tryAlone(principal, () -> this.authorization.authorize(principal));
		}
	}

	@Override
	public @Nullable String renewAccessToken(String refused) {
		Authentication principal = principal();
		return (principal != null) ? this.authorization.alone(principal, () -> renew(principal, refused)) : null;
	}

	private @Nullable String renew(Authentication principal, String refused) {
		OAuth2AuthorizedClient client = client(principal);
		if (client != null && client.getAccessToken().getTokenValue().equals(refused)) {
			String renewed = refresh(principal, client, () -> this.authorization.authorizeAgain(principal, client));
			if (renewed.equals(refused) && !isValid(client, Duration.ZERO)) {
				// There is no refresh token
				throw this.authorization.loginRequired();
			}
			return renewed;
		}
		return (client != null) ? client.getAccessToken().getTokenValue() : null;
	}

	/**
	 * Refresh a token, or return the one that another instance has stored meanwhile. The
	 * identity provider may accept each refresh token once only. Tokens of a login that
	 * is over are removed.
	 */
	private String refresh(Authentication principal, @Nullable OAuth2AuthorizedClient known, Supplier<String> refresh) {
		try {
			return refresh.get();
		}
		catch (IdentityUnavailableException ex) {
			OAuth2AuthorizedClient stored = client(principal);
			boolean same = stored != null && known != null
					&& stored.getAccessToken().getTokenValue().equals(known.getAccessToken().getTokenValue());
			if (same && ex.getCause() instanceof ClientAuthorizationRequiredException) {
				this.clients.removeAuthorizedClient(this.registration.getRegistrationId(), principal.getName());
			}
			if (stored == null || same || !isValid(stored, Duration.ZERO)) {
				throw ex;
			}
			return stored.getAccessToken().getTokenValue();
		}
	}

	@Override
	public Runnable bindToUser(Runnable task) {
		return isPerUser() ? new SecurityContextTaskDecorator().decorate(task) : task;
	}

	@Override
	public @Nullable Object findUserKey() {
		return isPerUser() ? AuthenticatedUser.findName() : this.registration.getRegistrationId();
	}

	@Override
	public boolean isPerUser() {
		return !AuthorizationGrantType.CLIENT_CREDENTIALS.equals(this.registration.getAuthorizationGrantType());
	}

	@Override
	public String describe() {
		return "client registration '%s'".formatted(this.registration.getRegistrationId());
	}

	private @Nullable Authentication principal() {
		if (!isPerUser()) {
			return APPLICATION;
		}
		Authentication user = SecurityContextHolder.getContext().getAuthentication();
		if (user == null || !user.isAuthenticated() || user instanceof AnonymousAuthenticationToken) {
			return null;
		}
		if (!isOwnerOfTokens(user)) {
			throw this.authorization.loginRequired();
		}
		return user;
	}

	private boolean isOwnerOfTokens(Authentication user) {
		return (user instanceof OAuth2AuthenticationToken token)
				? token.getAuthorizedClientRegistrationId().equals(this.registration.getRegistrationId())
				: this.matchUsersByName;
	}

	private @Nullable OAuth2AuthorizedClient client(Authentication principal) {
		return this.clients.loadAuthorizedClient(this.registration.getRegistrationId(), principal.getName());
	}

	private boolean isValid(OAuth2AuthorizedClient client, Duration margin) {
		Instant expiresAt = client.getAccessToken().getExpiresAt();
		return expiresAt == null || this.clock.instant().isBefore(expiresAt.minus(margin));
	}

}
