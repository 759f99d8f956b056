/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.simulator.http.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Routes each request to its endpoint.
 *
 * @param exchanges the endpoints for exchanges
 * @param pairings the endpoints for pairing
 * @param account all other endpoints
 */
public record GatewayRouter(ExchangeEndpoints exchanges, PairingEndpoints pairings, AccountEndpoints account) {

	/**
	 * Return the name of the approver whom a request concerns.
	 * @return the name, or {@code null} if it concerns no known pairing or exchange
	 */
	public @Nullable String approver(@Nullable String requestId, RoutedRequest request) {
		return this.exchanges.approver(requestId, request);
	}

	public Reply route(SimulatorCall call, RoutedRequest request) throws InterruptedException {
		return switch (call) {
			case ECHO -> this.account.echo();
			case DISCOVERY -> this.account.discovery();
			case SUBMIT_ARTIFACT -> this.exchanges.submit(request);
			case EXCHANGE_STATUS -> this.exchanges.status(request);
			case WAIT_FOR_DECISION -> this.exchanges.await(request);
			case WITHDRAW -> this.exchanges.withdraw(request);
			case ACKNOWLEDGE -> this.exchanges.acknowledge(request);
			case PAIRING_INITIATE -> this.pairings.initiate(request);
			case PAIRING_STATUS -> this.pairings.status(request);
			case PAIRING_PRE_GENERATE -> this.pairings.preGenerate(request);
			case PAIRING_CLAIM -> this.pairings.claim(request);
			case PAIRING_REVOKE -> this.pairings.revoke(request);
			case HEARTBEAT -> this.account.heartbeat(request);
			case DND_POLICIES -> this.account.policies(request);
			case CONSENT_CHECK, CONSENT_STATUS -> this.account.consent();
		};
	}

}
