/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.List;
import java.util.function.Function;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.approver.AutomaticDecisions;
import io.airlockapp.gateway.simulator.gateway.Pairing;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Person behind an {@link AirlockSimulator}, who receives the requests of one pairing.
 * All methods are thread-safe.
 */
public final class SimulatedApprover {

	private final AirlockSimulator simulator;

	private final Approver approver;

	private final PairingRegistry pairings;

	private final AutomaticDecisions automaticDecisions;

	private final FaultPlan faults;

	SimulatedApprover(AirlockSimulator simulator, Approver approver, PairingRegistry pairings,
			AutomaticDecisions automaticDecisions, FaultPlan faults) {
		this.simulator = simulator;
		this.approver = approver;
		this.pairings = pairings;
		this.automaticDecisions = automaticDecisions;
		this.faults = faults;
	}

	Approver approver() {
		return this.approver;
	}

	/**
	 * Return the name of this approver, which is that of its pairing.
	 * @return the name
	 */
	public String name() {
		return this.approver.name();
	}

	/**
	 * Return the URL of this approver's page.
	 * @return the URL, to open in a browser on this machine
	 */
	public String url() {
		return this.simulator.approverUrl() + "?name=" + name();
	}

	/**
	 * Return the routing token of the pairing in {@link AirlockSimulator#properties()}.
	 * @return the routing token
	 */
	public String routingToken() {
		String token = pairing().routingToken();
		Assert.state(token != null, "Every complete pairing has a routing token");
		return token;
	}

	/**
	 * Return the encryption key of the pairing in {@link AirlockSimulator#properties()}.
	 * @return the encryption key
	 */
	public EncryptionKey encryptionKey() {
		return pairing().encryptionKey();
	}

	private Pairing pairing() {
		Pairing pairing = this.pairings.initial().get(name());
		Assert.state(pairing != null, "Every approver has a pairing");
		return pairing;
	}

	/**
	 * Return the key that verifies this approver's decisions.
	 * @return the public key
	 */
	public SignerKey signerKey() {
		return this.approver.phone().signerKey();
	}

	/**
	 * Replace this approver's phone. Its new key is unknown to all applications until
	 * they are paired again.
	 * @return the new public key
	 */
	public SignerKey renewSignerKey() {
		this.approver.phone().renewKey();
		return this.approver.phone().signerKey();
	}

	/**
	 * Approve all requests from now on, including those that are already pending.
	 */
	public void approveAll() {
		decideAutomatically((request) -> SimulatedDecision.approve());
	}

	/**
	 * Reject all requests from now on, including those that are already pending.
	 * @param reason the approver's reason
	 */
	public void rejectAll(String reason) {
		decideAutomatically((request) -> SimulatedDecision.reject(reason));
	}

	/**
	 * Leave each request to a decision by hand from now on.
	 */
	public void decideByHand() {
		decideAutomatically((request) -> null);
	}

	/**
	 * Decide all requests by a function from now on, including those that are already
	 * pending. The function is called on a separate thread for each request.
	 * @param decision the function, which returns {@code null} to leave a request to a
	 * person
	 */
	public void decideAutomatically(Function<PendingRequest, @Nullable SimulatedDecision> decision) {
		this.automaticDecisions.use(name(), decision);
	}

	/**
	 * Return the pending requests.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> pending() {
		return this.simulator.pending().stream().filter(this::received).toList();
	}

	/**
	 * Wait up to 10 seconds for a pending request.
	 * @return the oldest pending request
	 * @throws IllegalStateException if there is none in time; the message contains the
	 * calls that the gateway received instead
	 */
	public PendingRequest awaitRequest() {
		return this.simulator.awaitPending(1, AirlockSimulator.DEFAULT_WAIT, this::received).get(0);
	}

	/**
	 * Approve a request.
	 * @param request the request
	 * @throws IllegalArgumentException if another approver received it
	 * @throws IllegalStateException if it is no longer pending, or could not be decrypted
	 */
	public void approve(PendingRequest request) {
		decide(request, SimulatedDecision.approve());
	}

	/**
	 * Reject a request.
	 * @param request the request
	 * @param reason the approver's reason
	 * @throws IllegalArgumentException if another approver received it
	 * @throws IllegalStateException if it is no longer pending
	 */
	public void reject(PendingRequest request, String reason) {
		decide(request, SimulatedDecision.reject(reason));
	}

	/**
	 * Decide a request.
	 * @param request the request
	 * @param decision the decision
	 * @throws IllegalArgumentException if another approver received it
	 * @throws IllegalStateException if it is no longer pending, or is approved although
	 * it could not be decrypted
	 */
	public void decide(PendingRequest request, SimulatedDecision decision) {
		Assert.isTrue(received(request), () -> "Request %s was received by the approver '%s', and '%s' cannot decide it"
			.formatted(request.requestId(), request.approver(), name()));
		this.simulator.decide(request.requestId(), decision);
	}

	/**
	 * Return all requests that this person received, independent of their outcome.
	 * @return the requests, oldest first
	 */
	public List<PendingRequest> asked() {
		return this.simulator.asked().stream().filter(this::received).toList();
	}

	/**
	 * Return the requests that are no longer pending, with their outcomes.
	 * @return decided, withdrawn and expired requests, oldest first
	 */
	public List<HandledRequest> history() {
		return this.simulator.history().stream().filter((handled) -> received(handled.request())).toList();
	}

	private boolean received(PendingRequest request) {
		return request.approver().equals(name());
	}

	/**
	 * Complete a pairing, as this person who enters its code on the phone.
	 * @param code the code that the enforcer shows; case, spaces and hyphens are ignored
	 * @throws IllegalArgumentException if no pending pairing has this code, or the
	 * enforcer's key is malformed
	 * @throws IllegalStateException if the enforcer sent no key
	 */
	public void enterPairingCode(String code) {
		this.pairings.enter(code, this.approver);
	}

	/**
	 * Generate a pairing code on the phone, which an enforcer can claim within 30
	 * minutes.
	 * @return the code
	 */
	public String preGeneratePairingCode() {
		return this.pairings.preGenerate(this.approver).code();
	}

	/**
	 * Revoke the pairing in {@link AirlockSimulator#properties()} on the phone.
	 */
	public void revokePairing() {
		this.simulator.revokePairing(routingToken());
	}

	/**
	 * Inject a fault into the next call of a kind that concerns a request of this
	 * approver.
	 * @param call the kind of call
	 * @param fault the fault
	 * @throws IllegalArgumentException if such calls do not concern a request
	 */
	public void failNext(SimulatorCall call, SimulatedFault fault) {
		Assert.isTrue(call.speaksHarp(),
				() -> "Calls of %s do not concern a request: use 'AirlockSimulator.failNext'".formatted(call));
		this.faults.add(call, name(), 1, fault);
	}

	@Override
	public String toString() {
		return "%s, asked about %s".formatted(name(),
				asked().stream().map((request) -> request.requestId() + " " + request.label()).toList());
	}

}
