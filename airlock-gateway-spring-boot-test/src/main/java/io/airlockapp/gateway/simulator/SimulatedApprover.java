package io.airlockapp.gateway.simulator;

import java.util.List;

/**
 * Person behind an {@link AirlockSimulator}, with the operations that most tests need.
 * All methods may be called from any thread.
 */
public final class SimulatedApprover {

	private final AirlockSimulator simulator;

	SimulatedApprover(AirlockSimulator simulator) {
		this.simulator = simulator;
	}

	/**
	 * Approve everything from now on, and also what already waits.
	 */
	public void approveAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	/**
	 * Reject everything from now on, and also what already waits.
	 * @param reason the reason to give
	 */
	public void rejectAll(String reason) {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject(reason));
	}

	/**
	 * Decide each request by hand from now on.
	 */
	public void decideByHand() {
		this.simulator.decideAutomatically(null);
	}

	/**
	 * Wait up to 10 seconds until a request waits for a decision.
	 * @return the oldest such request
	 * @throws IllegalStateException if there is none in time, with the calls that the
	 * gateway had instead
	 */
	public PendingRequest awaitRequest() {
		return this.simulator.awaitPending();
	}

	/**
	 * Approve a request.
	 * @param request the request
	 * @throws IllegalStateException if it no longer waits, or nobody could read it
	 */
	public void approve(PendingRequest request) {
		this.simulator.approve(request.requestId());
	}

	/**
	 * Reject a request.
	 * @param request the request
	 * @param reason the reason to give
	 * @throws IllegalStateException if it no longer waits
	 */
	public void reject(PendingRequest request, String reason) {
		this.simulator.reject(request.requestId(), reason);
	}

	/**
	 * Return all that this person was asked, whatever became of it.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> asked() {
		return this.simulator.asked();
	}

	/**
	 * Return what became of the requests that no longer wait.
	 * @return decided, withdrawn and expired requests, oldest first
	 */
	public List<HandledRequest> history() {
		return this.simulator.history();
	}

}
