/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.time.Instant;

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

	private final Authentication alice = new TestingAuthenticationToken("alice", null);

	private final ClientRegistration registration = ClientRegistration.withRegistrationId("airlock")
		.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
		.clientId("shop")
		.tokenUri("https://id.example.org/token")
		.build();

	private final OAuth2AuthorizedClientService store = new InMemoryOAuth2AuthorizedClientService(
			new InMemoryClientRegistrationRepository(this.registration));

	private boolean down;

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
			RetainingClientServiceTests.this.store.saveAuthorizedClient(client, principal);
		}

		@Override
		public void removeAuthorizedClient(String registrationId, String name) {
			RetainingClientServiceTests.this.store.removeAuthorizedClient(registrationId, name);
		}

	});

	@Test
	void clientThatCannotBeSavedIsRetainedAndSavedLater() {
		saveWhileDown();
		assertThat(loaded(this.service)).isEqualTo("jwt-2");
		assertThat(loaded(this.store)).isEqualTo("jwt-1");
		this.down = false;
		assertThat(loaded(this.service)).isEqualTo("jwt-2");
		assertThat(loaded(this.store)).isEqualTo("jwt-2");
	}

	@Test
	void laterLoginReplacesWhatIsRetained() {
		saveWhileDown();
		this.store.saveAuthorizedClient(client("jwt-3", 60), this.alice);
		this.down = false;
		assertThat(loaded(this.service)).isEqualTo("jwt-3");
		assertThat(loaded(this.store)).isEqualTo("jwt-3");
	}

	@Test
	void logoutRemovesWhatIsRetained() {
		saveWhileDown();
		this.store.removeAuthorizedClient("airlock", "alice");
		this.down = false;
		assertThat(loaded(this.service)).isNull();
		assertThat(loaded(this.store)).isNull();
	}

	@Test
	void removesWhatIsRetained() {
		saveWhileDown();
		this.service.removeAuthorizedClient("airlock", "alice");
		assertThat(loaded(this.service)).isNull();
	}

	private void saveWhileDown() {
		this.service.saveAuthorizedClient(client("jwt-1", 0), this.alice);
		this.down = true;
		this.service.saveAuthorizedClient(client("jwt-2", 30), this.alice);
	}

	private OAuth2AuthorizedClient client(String token, long issuedAfter) {
		Instant issuedAt = NOW.plusSeconds(issuedAfter);
		return new OAuth2AuthorizedClient(this.registration, "alice",
				new OAuth2AccessToken(TokenType.BEARER, token, issuedAt, issuedAt.plusSeconds(300)));
	}

	private static String loaded(OAuth2AuthorizedClientService service) {
		OAuth2AuthorizedClient client = service.loadAuthorizedClient("airlock", "alice");
		return (client != null) ? client.getAccessToken().getTokenValue() : null;
	}

}
