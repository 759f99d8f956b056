/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.Backoff;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prepares requests to single pairings: encrypts them for the pairing in force, creates
 * their exchanges, and provides the keys that their decisions need.
 */
final class PairingRequests {

	/**
	 * The maximum time to verify a decision after the caller was interrupted, as to
	 * retrieve one.
	 */
	static final Duration AFTER_INTERRUPT = Duration.ofSeconds(10);

	private final ApprovalDependencies dependencies;

	private final ExchangeClient client;

	private final Acknowledger acknowledger;

	private final ApprovalPairings pairings;

	/**
	 * The last known keys of excluded requesters, whatever the source does with a pairing
	 * that the gateway reports as revoked.
	 */
	private final Map<String, Set<String>> requesterKeys = new ConcurrentHashMap<>();

	PairingRequests(AirlockGatewayApi api, ApprovalDependencies dependencies) {
		this.dependencies = dependencies;
		this.client = new ExchangeClient(api, dependencies.requestExecutor(), dependencies.enforcer().id(),
				dependencies.clock());
		this.acknowledger = new Acknowledger(this.client, dependencies.executor(), dependencies.userBinding(),
				dependencies.ticker());
		this.pairings = new ApprovalPairings(dependencies.pairingSource());
	}

	/**
	 * Return the pairing for a new request.
	 * @throws ApprovalUnavailableException if the pairing is not in force
	 */
	AskedPairing require(String pairing) {
		// Before the pairing is read, so that no revocation is missed
		int revocations = this.dependencies.pending().revocations(pairing);
		return new AskedPairing(pairing, this.pairings.require(pairing), revocations);
	}

	/**
	 * Prepare a request. Nothing is submitted yet.
	 * @param asked the pairing to ask
	 * @param terms the terms of a group, or {@code null} if the pairing alone is asked
	 * @throws InvalidApprovalUsageException if the request cannot be sent
	 */
	PairingRequest prepare(ApprovalCall call, AskedPairing asked, @Nullable Consumer<ObjectNode> terms) {
		Map<String, String> trace = call.attempt().trace();
		EncryptedArtifact artifact;
		try {
			artifact = EncryptedArtifact.seal(call.request(), terms, asked.pairing(), this.dependencies.enforcer(),
					call.artifactType(), call.createdAt(), call.timeout(), trace, Map.of());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException(
					"The request '%s' cannot be sent, so approval cannot be requested: %s"
						.formatted(call.request().getLabel(), ex.getMessage()),
					ex);
		}
		return new PairingRequest(call, asked, artifact);
	}

	/**
	 * Create the exchange of a request.
	 * @param reports the executor that notifies the source of pairings if the gateway
	 * reports the pairing as revoked
	 * @throws ApprovalUnavailableException if the pairing was revoked since it was read
	 */
	ApprovalExchange exchange(PairingRequest request, Executor reports) {
		AskedPairing asked = request.asked();
		if (this.dependencies.pending().revocations(asked.name()) != asked.revocations()) {
			throw new ExchangeFailures(request.id()).interrupted(null, PendingApprovals.PAIRING_REVOKED);
		}
		EncryptedArtifact artifact = request.artifact();
		ExchangeClient pairedClient = this.client
			.onPairingRevoked(() -> reports.execute(() -> this.pairings.revoked(asked.pairing())))
			.onBehalfOf(request.call().admission().counted());
		ApprovalDeadline deadline = request.call().deadline();
		Ticker ticker = this.dependencies.ticker();
		ExchangeRetries retries = new ExchangeRetries(artifact.requestId(), deadline.waiting(),
				new Backoff(this.dependencies.random()), ticker);
		DecisionReceiver receiver = new DecisionReceiver(pairedClient, artifact, deadline,
				(delivery) -> this.dependencies.verifier()
					.isSigned(delivery.message(), artifact.requestId(), artifact.hash(), asked.pairing().signerKeys(),
							delivery.receivedAt()),
				this.dependencies.settings().pollTimeout(), retries, ticker);
		return new ApprovalExchange(pairedClient, artifact, deadline, receiver, retries, ticker);
	}

	/**
	 * Acknowledge a decision in the background.
	 */
	void acknowledge(PairingRequest request, ReceivedDecision delivery) {
		this.acknowledger.acknowledge(request.id(), delivery.msgId());
	}

	/**
	 * Return the keys whose decisions on a request are currently accepted.
	 * @return the keys, or an empty list if the pairing is no longer in force
	 * @throws RuntimeException if the pairing cannot be read
	 */
	List<SignerKey> keysInForce(PairingRequest request) {
		Pairing asked = request.asked().pairing();
		return this.pairings.keysFor(request.asked().name(), asked.id(), asked.signerKeys());
	}

	/**
	 * Return the raw keys of a requester's pairing, including those that are no longer
	 * accepted.
	 * @param pairingName the name of the pairing
	 * @return the keys as base64, or an empty set if none is known
	 */
	Set<String> requesterKeys(String pairingName) {
		Set<String> keys = this.dependencies.pairingSource().rawKeys(pairingName);
		if (!keys.isEmpty()) {
			this.requesterKeys.put(pairingName, keys);
		}
		return this.requesterKeys.getOrDefault(pairingName, keys);
	}

	/**
	 * Perform a step of the verification until it succeeds or the deadline is reached. An
	 * interrupt limits the time that is left, and is restored at the end.
	 * @param requestId the id of the request
	 * @param deadline the time until which a decision is accepted
	 * @param step the step, which fails with an exception other than those of approvals
	 * if the pairing or the journal of nonces cannot be read
	 */
	<T> T retried(String requestId, ApprovalDeadline deadline, Supplier<T> step) {
		Backoff backoff = new Backoff(this.dependencies.random());
		ApprovalDeadline end = deadline;
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return step.get();
				}
				catch (ApprovalUnavailableException | ApprovalVerificationException | ApprovalTimeoutException ex) {
					// The pairing is no longer in force, or the decision does not verify
					// or is late
					throw ex;
				}
				catch (Throwable ex) {
					Duration pause = end.pause(backoff.next(null));
					if (pause.isZero()) {
						throw unverified(requestId, ex);
					}
					if (pause(pause)) {
						end = end.within(AFTER_INTERRUPT);
						interrupted = true;
					}
				}
			}
		}
		finally {
			if (interrupted) {
				WaitScope.interrupt();
			}
		}
	}

	static ApprovalUnavailableException unverified(String requestId, Throwable cause) {
		return new ApprovalUnavailableException(
				"The decision on request %s cannot be checked, because the pairing or the journal of used nonces cannot be read: %s"
					.formatted(requestId, AirlockGatewayException.safeMessage(cause)),
				requestId, cause);
	}

	/**
	 * Pause before the decision is verified again.
	 * @return whether the thread was interrupted
	 */
	private boolean pause(Duration pause) {
		try {
			this.dependencies.ticker().sleep(pause);
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	/**
	 * Pairing for a new request.
	 *
	 * @param pairing the pairing in force
	 * @param revocations the number of its revocations before it was read
	 */
	record AskedPairing(String name, Pairing pairing, int revocations) {
	}

	/**
	 * Request to the approvers of one pairing on behalf of a call. If it is the only one
	 * of the call, the call has its id.
	 */
	record PairingRequest(ApprovalCall call, AskedPairing asked,
			EncryptedArtifact artifact) implements RequestedApproval {

		String id() {
			return this.artifact.requestId();
		}

		@Override
		public PendingApproval pending() {
			return this.call.pending(id());
		}

		@Override
		public List<ApprovalVote> votes() {
			return List.of();
		}

		@Override
		public boolean contains(String requestId) {
			return id().equals(requestId);
		}

		@Override
		public boolean pairingRevoked(String pairing) {
			return this.asked.name().equals(pairing);
		}

	}

}
