/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.security;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientId;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;

/**
 * {@link OAuth2AuthorizedClientService} that retains a client that cannot be saved, until
 * it can. The identity provider may accept each refresh token once only, so that a client
 * that was refreshed and thrown away would end the login.
 * <p>
 * Tasks that change the clients of one user must be serialized. Loading a client changes
 * nothing.
 */
public final class RetainingClientService implements OAuth2AuthorizedClientService {

	private static final Log logger = LogFactory.getLog(RetainingClientService.class);

	private final Map<OAuth2AuthorizedClientId, OAuth2AuthorizedClient> unsaved = new ConcurrentHashMap<>();

	private final OAuth2AuthorizedClientService service;

	/**
	 * Create a service.
	 * @param service the service that stores the clients
	 */
	public RetainingClientService(OAuth2AuthorizedClientService service) {
		this.service = service;
	}

	@Override
	@SuppressWarnings({ "unchecked", "NullAway" })
	public <T extends OAuth2AuthorizedClient> T loadAuthorizedClient(String registrationId, String name) {
		T stored = this.service.loadAuthorizedClient(registrationId, name);
		OAuth2AuthorizedClientId id = new OAuth2AuthorizedClientId(registrationId, name);
		OAuth2AuthorizedClient retained = this.unsaved.get(id);
		if (retained == null) {
			return stored;
		}
		if (stored == null || isNewer(stored, retained)) {
			// The user has logged out, or logged in again
			this.unsaved.remove(id, retained);
			return stored;
		}
		return (T) retained;
	}

	boolean isRetained(OAuth2AuthorizedClient client, Authentication principal) {
		return this.unsaved.get(id(client, principal)) == client;
	}

	/**
	 * Save a client that was loaded, if it is retained and was not replaced meanwhile.
	 */
	void saveRetained(OAuth2AuthorizedClient client, Authentication principal) {
		if (isRetained(client, principal)) {
			saveAuthorizedClient(client, principal);
		}
	}

	private static boolean isNewer(OAuth2AuthorizedClient client, OAuth2AuthorizedClient other) {
		Instant issuedAt = client.getAccessToken().getIssuedAt();
		Instant otherIssuedAt = other.getAccessToken().getIssuedAt();
		return issuedAt == null || otherIssuedAt == null || issuedAt.isAfter(otherIssuedAt);
	}

	@Override
	public void saveAuthorizedClient(OAuth2AuthorizedClient client, Authentication principal) {
		OAuth2AuthorizedClientId id = id(client, principal);
		try {
			this.service.saveAuthorizedClient(client, principal);
			this.unsaved.remove(id);
		}
		catch (Exception ex) {
			if (this.unsaved.put(id, client) == null) {
				logger.warn(
						"A refreshed token of the client registration '%s' cannot be saved, so it is kept in memory: %s"
							.formatted(client.getClientRegistration().getRegistrationId(),
									AirlockGatewayException.safeMessage(ex)));
			}
		}
	}

	@Override
	public void removeAuthorizedClient(String registrationId, String name) {
		this.unsaved.remove(new OAuth2AuthorizedClientId(registrationId, name));
		this.service.removeAuthorizedClient(registrationId, name);
	}

	private static OAuth2AuthorizedClientId id(OAuth2AuthorizedClient client, Authentication principal) {
		return new OAuth2AuthorizedClientId(client.getClientRegistration().getRegistrationId(), principal.getName());
	}

}
