/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;

/**
 * {@link AirlockGatewayConnectionDetails} of an application that is paired with the
 * approvers of a simulator, with their state at start. If the key of an approver is
 * replaced, the application does not accept the new one.
 */
class SimulatorConnectionDetails implements AirlockGatewayConnectionDetails {

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final Map<String, Pairing> pairings = new LinkedHashMap<>();

	SimulatorConnectionDetails(AirlockSimulator simulator, Collection<String> approvers) {
		this.baseUrl = URI.create(simulator.baseUrl());
		this.credentials = new GatewayCredentials(simulator.pat(), null, null, null, null);
		this.pairings.put(Pairing.DEFAULT_NAME, pairing(simulator.approver()));
		approvers.forEach((name) -> this.pairings.put(name, pairing(simulator.addApprover(name))));
	}

	private static Pairing pairing(SimulatedApprover approver) {
		return new Pairing(approver.routingToken(), approver.encryptionKey(), List.of(approver.signerKey()));
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
	public Map<String, Pairing> getPairings() {
		return Collections.unmodifiableMap(this.pairings);
	}

}
