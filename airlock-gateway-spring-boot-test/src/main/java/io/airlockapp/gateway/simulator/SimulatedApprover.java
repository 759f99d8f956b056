/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.List;

/**
 * Person behind an {@link AirlockSimulator}, with the operations that most tests need.
 * All methods are thread-safe.
 */
public final class SimulatedApprover {

	private final AirlockSimulator simulator;

	SimulatedApprover(AirlockSimulator simulator) {
		this.simulator = simulator;
	}

	/**
	 * Approve all requests from now on, including those that are already pending.
	 */
	public void approveAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	/**
	 * Reject all requests from now on, including those that are already pending.
	 * @param reason the approver's reason
	 */
	public void rejectAll(String reason) {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject(reason));
	}

	/**
	 * Leave each request to a decision by hand from now on.
	 */
	public void decideByHand() {
		this.simulator.decideAutomatically(null);
	}

	/**
	 * Wait up to 10 seconds for a pending request.
	 * @return the oldest pending request
	 * @throws IllegalStateException if there is none in time; the message contains the
	 * calls that the gateway received instead
	 */
	public PendingRequest awaitRequest() {
		return this.simulator.awaitPending();
	}

	/**
	 * Approve a request.
	 * @param request the request
	 * @throws IllegalStateException if it is no longer pending, or could not be decrypted
	 */
	public void approve(PendingRequest request) {
		this.simulator.approve(request.requestId());
	}

	/**
	 * Reject a request.
	 * @param request the request
	 * @param reason the approver's reason
	 * @throws IllegalStateException if it is no longer pending
	 */
	public void reject(PendingRequest request, String reason) {
		this.simulator.reject(request.requestId(), reason);
	}

	/**
	 * Return all requests that this person received, independent of their outcome.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> asked() {
		return this.simulator.asked();
	}

	/**
	 * Return the requests that are no longer pending, with their outcomes.
	 * @return decided, withdrawn and expired requests, oldest first
	 */
	public List<HandledRequest> history() {
		return this.simulator.history();
	}

}
