package io.airlockapp.gateway.auth.device;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Immutable settings for a {@link DeviceLogin}.
 *
 * @param issuer the only identity provider to sign in at, or {@code null} for the one
 * that the gateway names
 * @param clientId the client id at the identity provider, or {@code null} for the one
 * that the gateway names
 * @param scope the scope to request, words separated by spaces
 * @param maxCodes the maximum number of codes, shown one after the other until a person
 * signs in
 * @param logCode whether the codes are shown in the log
 * @param allowInsecureHttp whether plain HTTP to the identity provider is allowed beyond
 * this machine
 */
public record DeviceLoginSettings(@Nullable URI issuer, @Nullable String clientId, String scope, int maxCodes,
		boolean logCode, boolean allowInsecureHttp) {

	public DeviceLoginSettings {
		if (maxCodes < 1) {
			throw new IllegalArgumentException("'maxCodes' must be positive, but is " + maxCodes);
		}
	}

}
