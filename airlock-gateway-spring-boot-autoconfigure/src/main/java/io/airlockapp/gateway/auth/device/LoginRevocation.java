package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Ends a login at its identity provider.
 */
final class LoginRevocation {

	private final ProviderLookup lookup;

	private final ProviderClient client;

	LoginRevocation(ProviderLookup lookup, ProviderClient client) {
		this.lookup = lookup;
		this.client = client;
	}

	/**
	 * Revoke the refresh token of a login, if it has one.
	 * @throws AirlockGatewayException if that fails
	 */
	void revoke(Login login) {
		if (login.refreshToken() == null) {
			return;
		}
		try {
			IdentityProvider provider = this.lookup.find();
			if (!provider.issued(login)) {
				throw ProviderException.unfit("It is of another identity provider, " + login.issuer());
			}
			this.client.revoke(provider, login.refreshToken());
		}
		catch (ProviderException ex) {
			throw new AirlockGatewayException("The login is forgotten here, but could not be revoked: end it at the "
					+ "identity provider. " + ex.getMessage(), null, ex.getCause());
		}
	}

}
