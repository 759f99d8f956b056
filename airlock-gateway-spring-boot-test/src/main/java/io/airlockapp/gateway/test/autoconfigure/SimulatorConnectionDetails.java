/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.net.URI;
import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;

/**
 * {@link AirlockGatewayConnectionDetails} of an application that is paired with a
 * simulator, with its state at start. If the approver's key is replaced, the application
 * does not accept the new one.
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
