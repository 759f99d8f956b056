/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.List;

import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;

/**
 * Obtains the approval of one pairing, whose vote decides. Its request has the id of the
 * call, and its exchange runs in the thread that waits.
 *
 * @param approvals the service that obtains the vote
 * @param request the request
 */
record SingleApproval(ApprovalService approvals, PairingRequest request) implements RequestedApproval {

	@Override
	public PendingApproval pending() {
		return this.request.call().pending(this.request.id());
	}

	@Override
	public List<ApprovalVote> decide(Waiter waiter) {
		return List.of(this.approvals.vote(this.request, waiter));
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
