package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.CallPriority;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.Loopback;
import io.airlockapp.gateway.client.ratelimit.RateGate;

/**
 * Retrieves the identity provider to sign in at from the gateway's discovery endpoint,
 * which requires no identity.
 */
public final class GatewayDiscovery {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final AirlockGatewayApi api;

	private final URI baseUrl;

	private final GatewayRequestExecutor executor;

	/**
	 * Create a discovery.
	 * @param api the gateway's endpoints, without any identity
	 * @param baseUrl where the gateway is
	 * @param rateGate where all calls queue
	 */
	public GatewayDiscovery(AirlockGatewayApi api, URI baseUrl, RateGate rateGate) {
		this.api = api;
		this.baseUrl = baseUrl;
		this.executor = new GatewayRequestExecutor(rateGate);
	}

	/**
	 * Return whether the gateway is on this machine, so that what it says of this machine
	 * can be right.
	 */
	boolean isOnThisMachine() {
		return Loopback.isHostOf(this.baseUrl);
	}

	/**
	 * Return the identity provider that the gateway names.
	 * @throws AirlockGatewayException if it names none, or doesn't respond
	 */
	Discovery.IdentityProvider identityProvider() {
		Discovery discovery = this.executor.execute(CallPriority.SHORT, PATIENCE, this.api::discover);
		if (discovery.idp() == null || discovery.idp().baseUrl() == null) {
			throw ProviderException.unfit("The gateway doesn't tell where to sign in");
		}
		return discovery.idp();
	}

}
