/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.support.Concurrently;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.RefreshTokenOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AuthorizedClientTokenSource}.
 */
class AuthorizedClientTokenSourceTests {

	private static final Instant NOW = Instant.now();

	private final ClientRegistration forUsers = registration(AuthorizationGrantType.AUTHORIZATION_CODE);

	private final AtomicInteger renewals = new AtomicInteger();

	private OAuth2AuthorizedClientService clients = new InMemoryOAuth2AuthorizedClientService(
			new InMemoryClientRegistrationRepository(this.forUsers));

	private @Nullable OAuth2Error refusal;

	private boolean matchUsersByName;

	private boolean refreshable = true;

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void getAccessTokenWithoutUserReturnsNull() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		assertThat(source.getAccessToken()).isNull();
		assertThat(source.renewAccessToken("jwt-1")).isNull();
		logIn(new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("ANONYMOUS")));
		assertThat(source.getAccessToken()).isNull();
	}

	@Test
	void eachUserHasAnOwnToken() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-alice", Duration.ofMinutes(5));
		save("bob", "jwt-bob", Duration.ofMinutes(5));
		logIn("alice");
		assertThat(source.getAccessToken()).isEqualTo("jwt-alice");
		logIn("bob");
		assertThat(source.getAccessToken()).isEqualTo("jwt-bob");
		assertThat(this.renewals).hasValue(0);
	}

	@Test
	void getAccessTokenWhenUserLoggedInOtherwiseThrows() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		logIn("alice");
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(source::getAccessToken)
			.withMessageContainingAll("'airlock'", "log in again")
			.withCauseInstanceOf(ClientAuthorizationRequiredException.class);
	}

	@Test
	void namesakeOfAnotherProviderHasNoToken() {
		for (boolean byName : new boolean[] { false, true }) {
			this.matchUsersByName = byName;
			AuthorizedClientTokenSource source = source(this.forUsers);
			save("alice", "jwt-alice", Duration.ofMinutes(5));
			logIn(authentication("alice", "public-idp"));
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(source::getAccessToken)
				.withCauseInstanceOf(ClientAuthorizationRequiredException.class);
			assertThatExceptionOfType(IdentityUnavailableException.class)
				.isThrownBy(() -> source.renewAccessToken("jwt-alice"));
		}
		assertThat(this.renewals).hasValue(0);
	}

	@Test
	void namesakeWhoWasAuthenticatedInAnotherWayHasNoTokenByDefault() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-alice", Duration.ofMinutes(5));
		Authentication form = UsernamePasswordAuthenticationToken.authenticated("alice", null, List.of());
		logIn(form);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(source::getAccessToken);
		this.matchUsersByName = true;
		source = source(this.forUsers);
		save("alice", "jwt-alice", Duration.ofMinutes(5));
		logIn(form);
		assertThat(source.getAccessToken()).isEqualTo("jwt-alice");
	}

	@Test
	void usersOfDifferentProvidersHaveDifferentKeys() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		assertThat(source.findUserKey()).isNull();
		Set<Object> keys = new HashSet<>();
		for (Authentication user : List.of(authentication("alice"), authentication("alice", "public-idp"),
				authentication("bob"), UsernamePasswordAuthenticationToken.authenticated("alice", null, List.of()),
				bearer("alice", "https://id.example.org/realms/one"),
				bearer("alice", "https://id.example.org/realms/two"))) {
			logIn(user);
			assertThat(keys.add(source.findUserKey())).isTrue();
			assertThat(AuthenticatedUser.findName()).isEqualTo(source.findUserKey());
		}
	}

	@Test
	void renewsHalfAMinuteBeforeTheTokenExpires() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-old", Duration.ofSeconds(31));
		logIn("alice");
		source.refreshAhead();
		assertThat(source.getAccessToken()).isEqualTo("jwt-old");
		save("alice", "jwt-old", Duration.ofSeconds(29));
		assertThat(source.getAccessToken()).isEqualTo("jwt-old");
		source.refreshAhead();
		assertThat(this.renewals).hasValue(1);
	}

	@Test
	void tokenIsUsedUntilItExpiresWhileTheProviderIsDown() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		logIn("alice");
		this.refusal = new OAuth2Error("invalid_token_response");
		save("alice", "jwt-old", Duration.ofSeconds(1));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(source::refreshAhead);
		assertThat(source.getAccessToken()).isEqualTo("jwt-old");
		save("alice", "jwt-old", Duration.ZERO);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(source::getAccessToken)
			.withMessageContaining("invalid_token_response");
	}

	@Test
	void expiredTokenIsNotUsedAfterTheEndOfTheLogin() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		logIn("alice");
		this.refusal = new OAuth2Error("invalid_grant");
		save("alice", "jwt-old", Duration.ZERO);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(source::getAccessToken);
	}

	@Test
	void loginWithoutRefreshTokenIsOverWhenItsExpiredTokenIsRefused() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		logIn("alice");
		this.refreshable = false;
		save("alice", "jwt-old", Duration.ofMinutes(5));
		assertThat(source.renewAccessToken("jwt-old")).isEqualTo("jwt-old");
		save("alice", "jwt-old", Duration.ofSeconds(-1));
		assertThat(source.getAccessToken()).isEqualTo("jwt-old");
		assertThatExceptionOfType(IdentityUnavailableException.class)
			.isThrownBy(() -> source.renewAccessToken("jwt-old"))
			.withMessageContaining("log in again")
			.withCauseInstanceOf(ClientAuthorizationRequiredException.class);
	}

	@Test
	void providerThatHangsDelaysNoRequestWhileTheTokenIsValid() {
		AtomicBoolean hung = new AtomicBoolean();
		AtomicReference<AuthorizedClientTokenSource> source = new AtomicReference<>();
		source.set(new AuthorizedClientTokenSource(this.forUsers, this.clients, (request) -> {
			assertThat(CompletableFuture.supplyAsync(() -> {
				logIn("alice");
				source.get().refreshAhead();
				return source.get().getAccessToken();
			})).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("jwt-old");
			hung.set(true);
			return client(this.forUsers, "alice", "jwt-new", Duration.ofMinutes(5));
		}, false, InstantSource.fixed(NOW)));
		save("alice", "jwt-old", Duration.ofSeconds(29));
		logIn("alice");
		source.get().refreshAhead();
		assertThat(hung).isTrue();
	}

	@Test
	void renewAccessTokenByManyThreadsRenewsOnce() throws Exception {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-old", Duration.ofMinutes(5));
		assertThat(Concurrently.call(32, () -> {
			logIn("alice");
			return source.renewAccessToken("jwt-old");
		})).containsOnly("jwt-alice-1");
		assertThat(this.renewals).hasValue(1);
	}

	@Test
	void renewAccessTokenWhenLoginHasEndedThrows() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-old", Duration.ofMinutes(5));
		logIn("alice");
		this.refusal = new OAuth2Error("invalid_grant", "about refresh-alice", null);
		assertThatExceptionOfType(IdentityUnavailableException.class)
			.isThrownBy(() -> source.renewAccessToken("jwt-old"))
			.withMessageContaining("log in again")
			.withMessageNotContaining("refresh-alice");
	}

	@ParameterizedTest
	@ValueSource(strings = { "invalid_client", "unauthorized_client", "invalid_scope" })
	void getAccessTokenWhenRegistrationIsRefusedNamesError(String error) {
		AuthorizedClientTokenSource source = source(registration(AuthorizationGrantType.CLIENT_CREDENTIALS));
		this.refusal = new OAuth2Error(error);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(source::getAccessToken)
			.withMessageContainingAll(error, "check its client id");
	}

	@Test
	void getAccessTokenWhenProviderFailsDoesNotRequireLogin() {
		AuthorizedClientTokenSource source = source(registration(AuthorizationGrantType.CLIENT_CREDENTIALS));
		this.refusal = new OAuth2Error("invalid_token_response", "about jwt-old", null);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(source::getAccessToken)
			.isNotInstanceOf(IdentityUnavailableException.class)
			.withMessageContaining("invalid_token_response")
			.withMessageNotContaining("jwt-old")
			.withNoCause();
	}

	@Test
	void tokenOfClientCredentialsIsUsedForAnyUser() {
		AuthorizedClientTokenSource source = source(registration(AuthorizationGrantType.CLIENT_CREDENTIALS));
		assertThat(source.getAccessToken()).isEqualTo("jwt-airlock-gateway-1");
		logIn("alice");
		assertThat(source.getAccessToken()).isEqualTo("jwt-airlock-gateway-1");
		assertThat(source.renewAccessToken("jwt-airlock-gateway-1")).isEqualTo("jwt-airlock-gateway-2");
	}

	@Test
	void bindToUserUsesTokenOfUserInOtherThread() throws Exception {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-alice", Duration.ofMinutes(5));
		logIn("alice");
		CompletableFuture<String> token = new CompletableFuture<>();
		CompletableFuture<String> after = new CompletableFuture<>();
		Runnable task = source.bindToUser(() -> token.complete(source.getAccessToken()));
		SecurityContextHolder.clearContext();
		Thread thread = new Thread(() -> {
			task.run();
			after.complete(source.getAccessToken());
		});
		thread.start();
		thread.join();
		assertThat(token.get()).isEqualTo("jwt-alice");
		assertThat(after.get()).isNull();
	}

	@Test
	void bindToUserWithoutUserUsesNoTokenInThreadOfUser() {
		AuthorizedClientTokenSource source = source(this.forUsers);
		save("alice", "jwt-alice", Duration.ofMinutes(5));
		List<String> tokens = new ArrayList<>();
		Runnable task = source.bindToUser(() -> tokens.add(source.getAccessToken()));
		logIn("alice");
		task.run();
		assertThat(tokens).containsExactly((String) null);
		assertThat(source.getAccessToken()).isEqualTo("jwt-alice");
	}

	@Test
	void userWhoseProviderHangsDelaysNoOther() {
		AtomicReference<AuthorizedClientTokenSource> source = new AtomicReference<>();
		List<String> others = new ArrayList<>();
		source.set(new AuthorizedClientTokenSource(this.forUsers, this.clients, (request) -> {
			String user = request.getPrincipal().getName();
			for (int i = 0; user.equals("alice") && i < 200; i++) {
				String other = "user-" + i;
				CompletableFuture<String> token = CompletableFuture.supplyAsync(() -> {
					logIn(other);
					return source.get().getAccessToken();
				});
				assertThat(token).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("jwt-" + other);
				others.add(other);
			}
			return client(this.forUsers, user, "jwt-" + user, Duration.ofMinutes(5));
		}, false, InstantSource.fixed(NOW)));
		logIn("alice");
		assertThat(source.get().getAccessToken()).isEqualTo("jwt-alice");
		assertThat(others).hasSize(200);
	}

	@Test
	void bindToUserWithClientCredentialsReturnsSameTask() {
		Runnable task = () -> {
		};
		logIn("alice");
		assertThat(source(registration(AuthorizationGrantType.CLIENT_CREDENTIALS)).bindToUser(task)).isSameAs(task);
	}

	@Test
	void sourceDescribesRegistrationAndWhetherTokensArePerUser() {
		assertThat(source(this.forUsers).isPerUser()).isTrue();
		assertThat(source(registration(AuthorizationGrantType.CLIENT_CREDENTIALS)).isPerUser()).isFalse();
		assertThat(source(this.forUsers).describe()).isEqualTo("client registration 'airlock'");
	}

	private AuthorizedClientTokenSource source(ClientRegistration registration) {
		InMemoryClientRegistrationRepository registrations = new InMemoryClientRegistrationRepository(registration);
		this.clients = new InMemoryOAuth2AuthorizedClientService(registrations);
		AuthorizedClientServiceOAuth2AuthorizedClientManager manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
				registrations, this.clients);
		manager.setAuthorizedClientProvider(this::provide);
		return new AuthorizedClientTokenSource(registration, this.clients, manager, this.matchUsersByName,
				InstantSource.fixed(NOW));
	}

	/**
	 * Behaves like Spring Security's providers: nothing for users who never logged in,
	 * and nothing new while the token is valid.
	 */
	private @Nullable OAuth2AuthorizedClient provide(OAuth2AuthorizationContext context) {
		OAuth2AuthorizedClient known = context.getAuthorizedClient();
		boolean forUser = context.getClientRegistration()
			.getAuthorizationGrantType()
			.equals(AuthorizationGrantType.AUTHORIZATION_CODE);
		if (known == null && forUser) {
			return null;
		}
		if (known != null
				&& NOW.plus(AuthorizedClientTokenSource.MARGIN).isBefore(known.getAccessToken().getExpiresAt())) {
			return null;
		}
		if (!this.refreshable) {
			return new RefreshTokenOAuth2AuthorizedClientProvider()
				.authorize(OAuth2AuthorizationContext.withAuthorizedClient(withoutRefreshToken(known))
					.principal(context.getPrincipal())
					.build());
		}
		if (this.refusal != null) {
			throw new ClientAuthorizationException(this.refusal, "airlock");
		}
		String name = context.getPrincipal().getName();
		return client(context.getClientRegistration(), name,
				"jwt-%s-%d".formatted(name, this.renewals.incrementAndGet()), Duration.ofMinutes(5));
	}

	private static OAuth2AuthorizedClient withoutRefreshToken(OAuth2AuthorizedClient client) {
		return new OAuth2AuthorizedClient(client.getClientRegistration(), client.getPrincipalName(),
				client.getAccessToken());
	}

	private void save(String user, String token, Duration lifetime) {
		this.clients.saveAuthorizedClient(client(this.forUsers, user, token, lifetime), authentication(user));
	}

	private static OAuth2AuthorizedClient client(ClientRegistration registration, String user, String token,
			Duration lifetime) {
		return new OAuth2AuthorizedClient(registration, user,
				new OAuth2AccessToken(TokenType.BEARER, token, NOW.minusSeconds(60), NOW.plus(lifetime), Set.of()),
				new OAuth2RefreshToken("refresh-" + user, NOW));
	}

	private static void logIn(String user) {
		logIn(authentication(user));
	}

	private static void logIn(Authentication authentication) {
		SecurityContextHolder.clearContext();
		SecurityContextHolder.getContext().setAuthentication(authentication);
	}

	private static Authentication authentication(String user) {
		return authentication(user, "airlock");
	}

	private static Authentication authentication(String user, String registrationId) {
		return new OAuth2AuthenticationToken(new DefaultOAuth2User(List.of(), Map.of("sub", user), "sub"), List.of(),
				registrationId);
	}

	/**
	 * Return a user who was authenticated by a token, as by a resource server.
	 */
	private static Authentication bearer(String user, String issuer) {
		OidcIdToken token = new OidcIdToken("jwt", NOW, NOW.plusSeconds(60), Map.of("iss", issuer, "sub", user));
		return UsernamePasswordAuthenticationToken.authenticated(new DefaultOidcUser(List.of(), token), null,
				List.of());
	}

	private static ClientRegistration registration(AuthorizationGrantType type) {
		return ClientRegistration.withRegistrationId("airlock")
			.authorizationGrantType(type)
			.clientId("shop")
			.clientSecret("s3cr3t")
			.redirectUri("https://shop.example.org/callback")
			.authorizationUri("https://id.example.org/authorize")
			.tokenUri("https://id.example.org/token")
			.build();
	}

}
