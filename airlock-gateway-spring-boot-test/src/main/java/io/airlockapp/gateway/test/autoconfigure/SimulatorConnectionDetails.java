/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.env.Environment;

/**
 * {@link AirlockGatewayConnectionDetails} of an application that is paired with the
 * approvers of a simulator, with their state at start. If the key of an approver is
 * replaced, the application does not accept the new one.
 */
class SimulatorConnectionDetails implements AirlockGatewayConnectionDetails {

	private static final Log logger = LogFactory.getLog(SimulatorConnectionDetails.class);

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final Map<String, Pairing> pairings = new LinkedHashMap<>();

	/**
	 * Create details with all approvers that are configured, and log the address at which
	 * they decide.
	 */
	SimulatorConnectionDetails(AirlockSimulator simulator, Environment environment) {
		logger.info("Approvals are simulated: %s".formatted(simulator.approverUrl()));
		this.baseUrl = URI.create(simulator.baseUrl());
		this.credentials = new GatewayCredentials(simulator.pat(), null, null, null, null);
		this.pairings.put(Pairing.DEFAULT_NAME, pairing(simulator.approver()));
		new ConfiguredApprovers(environment).names()
			.forEach((name) -> this.pairings.put(name, pairing(simulator.addApprover(name))));
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
