package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.auth.device.LoginRepository.Stored;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes a login once for all instances of the application, and revokes it. Identity
 * providers may accept each refresh token only once, and end the login if it is used
 * again. Therefore, an instance marks the stored login before it sends the refresh
 * request, and the other instances use its result.
 */
final class TokenRefresher {

	private static final Log logger = LogFactory.getLog(TokenRefresher.class);

	private static final Duration REFRESH_LEASE = Duration.ofSeconds(30);

	private static final String INVALID_GRANT = "invalid_grant";

	private final LoginRepository shared;

	private final ProviderLookup lookup;

	private final ProviderClient client;

	private final InstantSource clock;

	TokenRefresher(LoginRepository shared, ProviderLookup lookup, ProviderClient client, InstantSource clock) {
		this.shared = shared;
		this.lookup = lookup;
		this.client = client;
		this.clock = clock;
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
		if (login.isBeingRenewed(now)) {
			throw new RefreshInProgressException();
		}
		return (login.refreshToken() != null) ? renewAlone(stored, login, now) : end(stored);
	}

	private @Nullable Login renewAlone(Stored stored, Login login, Instant now) {
		IdentityProvider provider = this.lookup.find();
		if (!provider.issued(login)) {
			throw ProviderException
				.invalid("The login is of the identity provider %s, which is not the one that is named "
					.formatted(login.issuer()) + "now, so it can't be refreshed: sign out and sign in again");
		}
		Login claimed = login.withRenewalUntil(now.plus(REFRESH_LEASE));
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
	 * @throws AirlockGatewayException if it can't be revoked
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
			this.shared.replace(stored, login.withRenewalUntil(null));
		}
	}

}
