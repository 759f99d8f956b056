package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.CallPriority;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.client.Loopback;
import io.airlockapp.gateway.client.ratelimit.RateGate;

import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;

/**
 * Retrieves the identity provider to sign in at from the gateway's discovery endpoint,
 * which requires no identity.
 */
public final class GatewayDiscovery {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final AirlockGatewayApi api;

	private final URI baseUrl;

	private final RateGate rateGate;

	/**
	 * Create a discovery.
	 * @param api the gateway's endpoints, without any identity
	 * @param baseUrl where the gateway is
	 * @param rateGate where all calls queue
	 */
	public GatewayDiscovery(AirlockGatewayApi api, URI baseUrl, RateGate rateGate) {
		this.api = api;
		this.baseUrl = baseUrl;
		this.rateGate = rateGate;
	}

	/**
	 * Return whether the gateway is on this machine, so that what it says of this machine
	 * can be right.
	 */
	boolean isOnThisMachine() {
		return Loopback.isHostOf(this.baseUrl);
	}

	Discovery.IdentityProvider identityProvider() {
		try {
			this.rateGate.acquire(CallPriority.SHORT, PATIENCE);
			Discovery discovery = this.api.discover();
			if (discovery.idp() != null && discovery.idp().baseUrl() != null) {
				return discovery.idp();
			}
		}
		catch (TimeoutException ex) {
			throw ProviderException
				.unfit("This application's own limit leaves no call to ask the gateway where to sign in");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw ProviderException.unreachable("The gateway", new InterruptedIOException());
		}
		catch (GatewayResponseException ex) {
			int status = ex.getError().status();
			if (status == 429) {
				this.rateGate.refused(ex.getError().retryAfter());
			}
			throw ProviderException.unfit("The gateway, asked where to sign in, answered " + status);
		}
		catch (ResourceAccessException ex) {
			throw ProviderException.unreachable("The gateway",
					(ex.getCause() instanceof IOException cause) ? cause : new IOException(ex.getClass().getName()));
		}
		catch (RestClientException | IllegalArgumentException ex) {
			// Told below, without the message, which can repeat parts of the answer
		}
		throw ProviderException.unfit("The gateway doesn't tell where to sign in");
	}

}
