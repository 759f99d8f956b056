package io.airlockapp.gateway.test.autoconfigure;

import java.net.URI;
import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;

/**
 * {@link AirlockGatewayConnectionDetails} of an application that is paired with a
 * simulator, as of the simulator's start: an approver with a new key is unknown to the
 * application.
 */
class SimulatorConnectionDetails implements AirlockGatewayConnectionDetails {

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final Pairing pairing;

	SimulatorConnectionDetails(AirlockSimulator simulator) {
		this.baseUrl = URI.create(simulator.baseUrl());
		this.credentials = new GatewayCredentials(simulator.pat(), null, null, null, null);
		this.pairing = new Pairing(simulator.routingToken(), simulator.encryptionKey(), List.of(simulator.signerKey()));
	}

	@Override
	public URI getBaseUrl() {
		return this.baseUrl;
	}

	@Override
	public GatewayCredentials getCredentials() {
		return this.credentials;
	}

	@Override
	public Pairing getPairing() {
		return this.pairing;
	}

}
