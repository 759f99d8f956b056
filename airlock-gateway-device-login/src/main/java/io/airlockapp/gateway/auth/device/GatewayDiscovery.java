/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.Loopback;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;

/**
 * Retrieves the identity provider to sign in at from the gateway's discovery endpoint,
 * which requires no identity.
 */
public final class GatewayDiscovery {

	private static final Duration MAX_WAIT = Duration.ofSeconds(30);

	private final AirlockGatewayApi api;

	private final URI baseUrl;

	private final GatewayRequestExecutor executor;

	/**
	 * Create a discovery.
	 * @param api the gateway's endpoints, without credentials
	 * @param baseUrl the gateway's base URL
	 * @param rateLimiter the rate limiter in which all requests queue
	 */
	public GatewayDiscovery(AirlockGatewayApi api, URI baseUrl, GatewayRateLimiter rateLimiter) {
		this.api = api;
		this.baseUrl = baseUrl;
		this.executor = new GatewayRequestExecutor(rateLimiter);
	}

	/**
	 * Return whether the gateway runs on this machine, so that loopback URLs from it can
	 * be valid.
	 */
	boolean isOnThisMachine() {
		return Loopback.isLoopback(this.baseUrl);
	}

	/**
	 * Return the identity provider specified by the gateway.
	 * @throws ProviderException if the gateway specifies none, or does not respond
	 */
	Discovery.IdentityProvider identityProvider() {
		Discovery discovery = discover();
		if (discovery.idp() == null || discovery.idp().baseUrl() == null) {
			throw ProviderException.invalid("The gateway names no identity provider");
		}
		return discovery.idp();
	}

	private Discovery discover() {
		try {
			return this.executor.execute(RequestPriority.SHORT, MAX_WAIT, this.api::discover);
		}
		catch (AirlockGatewayException ex) {
			throw ProviderException.notNamed(ex);
		}
	}

}
