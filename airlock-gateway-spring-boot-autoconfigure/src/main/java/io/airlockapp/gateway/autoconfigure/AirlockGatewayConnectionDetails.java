/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.URI;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Details required to establish a connection to an Airlock gateway.
 */
public interface AirlockGatewayConnectionDetails extends ConnectionDetails {

	/**
	 * Return the gateway's base URL.
	 * @return the base URL
	 */
	URI getBaseUrl();

	/**
	 * Return the credentials of this application and its user.
	 * @return the credentials
	 */
	GatewayCredentials getCredentials();

	/**
	 * Return the pairings that are known at start, by name.
	 * @return the pairings; the default one has the name {@link Pairing#DEFAULT_NAME}
	 */
	default Map<String, Pairing> getPairings() {
		return Map.of();
	}

	/**
	 * Return the SSL bundle for connections to the gateway.
	 * @return the SSL bundle, or {@code null} for the application's default
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
