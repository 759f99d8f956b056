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
	public @Nullable String approver(@Nullable String requestId, GatewayCall details) {
		return this.exchanges.approver(requestId, details);
	}

	public Reply route(SimulatorCall call, GatewayCall details) throws InterruptedException {
		return switch (call) {
			case ECHO -> this.account.echo(details);
			case DISCOVERY -> this.account.discovery(details);
			case SUBMIT_ARTIFACT -> this.exchanges.submit(details);
			case EXCHANGE_STATUS -> this.exchanges.status(details);
			case WAIT_FOR_DECISION -> this.exchanges.await(details);
			case WITHDRAW -> this.exchanges.withdraw(details);
			case ACKNOWLEDGE -> this.exchanges.acknowledge(details);
			case PAIRING_INITIATE -> this.pairings.initiate(details);
			case PAIRING_STATUS -> this.pairings.status(details);
			case PAIRING_PRE_GENERATE -> this.pairings.preGenerate(details);
			case PAIRING_CLAIM -> this.pairings.claim(details);
			case PAIRING_REVOKE -> this.pairings.revoke(details);
			case HEARTBEAT -> this.account.heartbeat(details);
			case DND_POLICIES -> this.account.policies(details);
			case CONSENT_CHECK, CONSENT_STATUS -> this.account.consent(details);
		};
	}

}
