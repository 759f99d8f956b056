/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.auth.device.LoginRepository.Stored;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes a login once for all instances of the application, and revokes it. Identity
 * providers may accept each refresh token only once, and end the login if it is used
 * again. Therefore, an instance claims the stored login before it sends the refresh
 * request, and the other instances use its result. A claim ends if it stays unchanged for
 * a time, as measured by the instance that waits. Not thread-safe, except for the
 * lifecycle methods.
 */
final class TokenRefresher {

	private static final Log logger = LogFactory.getLog(TokenRefresher.class);

	private static final String INVALID_GRANT = "invalid_grant";

	private final LoginRepository shared;

	private final ProviderLookup lookup;

	private final ProviderClient client;

	private final Duration lease;

	private final InstantSource clock;

	private final Ticker ticker;

	private volatile boolean stopped;

	private @Nullable String foreignClaim;

	private Deadline endOfForeignClaim;

	TokenRefresher(LoginRepository shared, ProviderLookup lookup, ProviderClient client, Duration lease,
			InstantSource clock, Ticker ticker) {
		this.shared = shared;
		this.lookup = lookup;
		this.client = client;
		this.lease = lease;
		this.clock = clock;
		this.ticker = ticker;
		this.endOfForeignClaim = Deadline.in(lease, ticker);
	}

	void start() {
		this.stopped = false;
	}

	/**
	 * Send no more refresh requests.
	 */
	void stop() {
		this.stopped = true;
	}

	/**
	 * Refresh a login, unless another instance has refreshed it.
	 * @param current the login held by this instance
	 * @return the refreshed login, or {@code null} if the login has ended
	 * @throws io.airlockapp.gateway.AirlockGatewayException if the refresh fails, and may
	 * succeed later
	 */
	@Nullable Login renew(Login current) {
		this.shared.save();
		Instant now = this.clock.instant();
		Stored stored = this.shared.read();
		if (stored.entry() == null) {
			logger.info("The login was ended by another instance of this application");
			return null;
		}
		Login login = (stored.login() != null) ? stored.login() : current;
		if (!login.hasTokensOf(current) && !login.isExpired(now)) {
			return login;
		}
		if (isClaimed(login)) {
			throw new RefreshInProgressException();
		}
		return (login.refreshToken() != null) ? renewAlone(stored, login) : end(stored);
	}

	private boolean isClaimed(Login login) {
		if (!Objects.equals(login.claim(), this.foreignClaim)) {
			this.foreignClaim = login.claim();
			this.endOfForeignClaim = Deadline.in(this.lease, this.ticker);
		}
		return this.foreignClaim != null && !this.endOfForeignClaim.isOver();
	}

	private @Nullable Login renewAlone(Stored stored, Login login) {
		IdentityProvider provider = this.lookup.find();
		if (!provider.issued(login)) {
			throw ProviderException
				.invalid("The login is of the identity provider %s, which is not the one that is named "
					.formatted(login.issuer()) + "now, so it cannot be refreshed: sign out and sign in again");
		}
		if (this.stopped) {
			throw new AirlockGatewayException(
					"The access token is not refreshed any more, because the application is shutting down", null, null);
		}
		Login claimed = login.withClaim(UUID.randomUUID().toString());
		if (!this.shared.replace(stored, claimed)) {
			throw new RefreshInProgressException();
		}
		Login renewed;
		try {
			renewed = this.client.renew(provider, login);
		}
		catch (ProviderException ex) {
			if (ex.is(INVALID_GRANT)) {
				return afterRefusal(login);
			}
			this.lookup.forget();
			letOthersTry(claimed, login);
			throw ex;
		}
		Login kept = this.shared.putRenewed(login, renewed);
		if (kept == null) {
			logger.info("The login was ended by another instance of this application while it was refreshed");
			revokeRenewed(provider, renewed);
			return null;
		}
		logger.debug("The access token was refreshed and is valid until " + kept.expiresAt());
		return kept;
	}

	/**
	 * Revoke a login at its identity provider after it was removed from the store.
	 * @throws AirlockGatewayException if it cannot be revoked
	 */
	void revoke(Login removed) {
		if (removed.refreshToken() == null) {
			return;
		}
		try {
			IdentityProvider provider = this.lookup.find();
			if (!provider.issued(removed)) {
				throw ProviderException.invalid("It is of another identity provider, " + removed.issuer());
			}
			this.client.revoke(provider, removed.refreshToken());
		}
		catch (AirlockGatewayException ex) {
			throw new AirlockGatewayException("The login is forgotten here, but could not be revoked: end it at the "
					+ "identity provider. " + ex.getMessage(), null, ex.getCause());
		}
	}

	/**
	 * Revokes the refreshed token, since the instance that ended the login revoked only
	 * the previous one.
	 */
	private void revokeRenewed(IdentityProvider provider, Login ended) {
		if (ended.refreshToken() == null) {
			return;
		}
		try {
			this.client.revoke(provider, ended.refreshToken());
		}
		catch (ProviderException ex) {
			logger.warn("The login was ended while it was refreshed, and could not be revoked: end it at the identity "
					+ "provider. " + ex.getMessage());
		}
	}

	private @Nullable Login afterRefusal(Login refused) {
		Stored stored = this.shared.read();
		if (stored.login() != null && !stored.login().hasTokensOf(refused)) {
			return stored.login();
		}
		return end(stored);
	}

	private @Nullable Login end(Stored stored) {
		if (stored.entry() != null && !this.shared.replace(stored, null)) {
			return this.shared.read().login();
		}
		logger.warn("The login is over, so a person has to sign in again");
		return null;
	}

	private void letOthersTry(Login claimed, Login login) {
		Stored stored = this.shared.read();
		if (claimed.equals(stored.login())) {
			this.shared.replace(stored, login.withClaim(null));
		}
	}

}
