/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

/**
 * Request to revoke a pairing.
 *
 * @param routingToken the pairing's routing token
 */
public record PairingRevocation(String routingToken) {

	@Override
	public String toString() {
		return "PairingRevocation[routingToken=secret]";
	}

}
