/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.List;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;

/**
 * Holds the only request of a call that one pairing decides. It has the id of the call,
 * and its exchange runs in the thread that waits.
 *
 * @param request the request
 */
record SingleApproval(PairingRequest request) implements RequestedApproval {

	@Override
	public PendingApproval pending() {
		return this.request.call().pending(this.request.id());
	}

	@Override
	public List<ApprovalVote> votes() {
		return List.of();
	}

	@Override
	public boolean contains(String requestId) {
		return this.request.id().equals(requestId);
	}

	@Override
	public boolean pairingRevoked(String pairing) {
		return this.request.asked().name().equals(pairing);
	}

}
