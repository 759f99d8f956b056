/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.lang.Thread.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.airlockapp.gateway.support.Latches;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetainingClientService}.
 */
class RetainingClientServiceTests {

	private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

	private final Authentication user = new TestingAuthenticationToken("airlock-gateway", null);

	private final ClientRegistration registration = ClientRegistration.withRegistrationId("airlock")
		.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
		.clientId("shop")
		.tokenUri("https://id.example.org/token")
		.build();

	private final OAuth2AuthorizedClientService store = new InMemoryOAuth2AuthorizedClientService(
			new InMemoryClientRegistrationRepository(this.registration));

	private volatile boolean down;

	private final CountDownLatch saving = new CountDownLatch(1);

	private final CountDownLatch saved = new CountDownLatch(1);

	private volatile @Nullable Thread slow;

	private final RetainingClientService service = new RetainingClientService(new OAuth2AuthorizedClientService() {

		@Override
		public <T extends OAuth2AuthorizedClient> T loadAuthorizedClient(String registrationId, String name) {
			return RetainingClientServiceTests.this.store.loadAuthorizedClient(registrationId, name);
		}

		@Override
		public void saveAuthorizedClient(OAuth2AuthorizedClient client, Authentication principal) {
			if (RetainingClientServiceTests.this.down) {
				throw new IllegalStateException("timeout of the write");
			}
			if (Thread.currentThread() == RetainingClientServiceTests.this.slow) {
				RetainingClientServiceTests.this.saving.countDown();
				Latches.await(RetainingClientServiceTests.this.saved);
			}
			RetainingClientServiceTests.this.store.saveAuthorizedClient(client, principal);
		}

		@Override
		public void removeAuthorizedClient(String registrationId, String name) {
			RetainingClientServiceTests.this.store.removeAuthorizedClient(registrationId, name);
		}

	});

	private final AuthorizedClientTokenSource source = new AuthorizedClientTokenSource(this.registration, this.service,
			(request) -> {
				OAuth2AuthorizedClient refreshed = client("jwt-3", 60);
				this.service.saveAuthorizedClient(refreshed, request.getPrincipal());
				return refreshed;
			}, false, InstantSource.fixed(NOW));

	@Test
	void clientThatCannotBeSavedIsRetainedAndSavedLater() {
		saveWhileDown();
		assertThat(this.source.getAccessToken()).isEqualTo("jwt-2");
		assertThat(loaded(this.store)).isEqualTo("jwt-1");
		this.down = false;
		assertThat(loaded(this.service)).isEqualTo("jwt-2");
		assertThat(loaded(this.store)).isEqualTo("jwt-1");
		this.source.refreshAhead();
		assertThat(this.source.getAccessToken()).isEqualTo("jwt-2");
		assertThat(loaded(this.store)).isEqualTo("jwt-2");
	}

	@Test
	void clientThatIsSavedLaterReplacesNoNewerOne() throws Exception {
		saveWhileDown();
		this.down = false;
		Thread poll = new Thread(this.source::refreshAhead);
		this.slow = poll;
		poll.start();
		Latches.await(this.saving);
		assertThat(this.source.getAccessToken()).isEqualTo("jwt-2");
		Thread refresh = new Thread(() -> this.source.renewAccessToken("jwt-2"));
		refresh.start();
		Awaitility.await().until(() -> Set.of(State.WAITING, State.TERMINATED).contains(refresh.getState()));
		this.saved.countDown();
		poll.join();
		refresh.join();
		assertThat(loaded(this.store)).isEqualTo("jwt-3");
		assertThat(loaded(this.service)).isEqualTo("jwt-3");
	}

	@Test
	void clientThatWasReplacedIsNotSaved() {
		saveWhileDown();
		OAuth2AuthorizedClient replaced = this.service.loadAuthorizedClient("airlock", this.user.getName());
		this.service.saveAuthorizedClient(client("jwt-3", 60), this.user);
		this.down = false;
		this.service.saveRetained(replaced, this.user);
		assertThat(loaded(this.store)).isEqualTo("jwt-1");
		assertThat(loaded(this.service)).isEqualTo("jwt-3");
	}

	@Test
	void laterLoginReplacesRetainedClient() {
		saveWhileDown();
		this.store.saveAuthorizedClient(client("jwt-3", 60), this.user);
		this.down = false;
		assertThat(loaded(this.service)).isEqualTo("jwt-3");
		assertThat(loaded(this.store)).isEqualTo("jwt-3");
	}

	@Test
	void logoutRemovesRetainedClient() {
		saveWhileDown();
		this.store.removeAuthorizedClient("airlock", this.user.getName());
		this.down = false;
		assertThat(loaded(this.service)).isNull();
		assertThat(loaded(this.store)).isNull();
	}

	@Test
	void removeAuthorizedClientRemovesRetainedClient() {
		saveWhileDown();
		this.service.removeAuthorizedClient("airlock", this.user.getName());
		assertThat(loaded(this.service)).isNull();
	}

	private void saveWhileDown() {
		this.service.saveAuthorizedClient(client("jwt-1", 0), this.user);
		this.down = true;
		this.service.saveAuthorizedClient(client("jwt-2", 30), this.user);
	}

	private OAuth2AuthorizedClient client(String token, long issuedAfter) {
		Instant issuedAt = NOW.plusSeconds(issuedAfter);
		return new OAuth2AuthorizedClient(this.registration, "airlock-gateway",
				new OAuth2AccessToken(TokenType.BEARER, token, issuedAt, issuedAt.plusSeconds(300)));
	}

	private static @Nullable String loaded(OAuth2AuthorizedClientService service) {
		OAuth2AuthorizedClient client = service.loadAuthorizedClient("airlock", "airlock-gateway");
		return (client != null) ? client.getAccessToken().getTokenValue() : null;
	}

}
