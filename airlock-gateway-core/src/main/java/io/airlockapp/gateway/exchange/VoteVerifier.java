/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.List;

import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * Verifies the decisions on requests, and acknowledges those that verify.
 */
final class VoteVerifier {

	private final ApprovalEnvironment environment;

	private final PairingRequests requests;

	VoteVerifier(ApprovalEnvironment environment, PairingRequests requests) {
		this.environment = environment;
		this.requests = requests;
	}

	/**
	 * Verify a decision with the keys in force. This reads the application's source of
	 * pairings and its journal, so it is called by the thread of the caller only.
	 * @return the verified vote, which may be too late
	 * @throws ApprovalUnavailableException if the pairing is no longer in force
	 * @throws ApprovalVerificationException if the decision does not verify
	 * @throws ApprovalTimeoutException if the artifact has expired
	 * @throws RuntimeException if the pairing or the journal cannot be read
	 */
	ApprovalVote verify(PairingRequest request, DecisionDelivery delivery) {
		// The keys are resolved again, since one may have been revoked meanwhile
		List<SignerKey> keys = this.requests.keysInForce(request);
		if (keys.isEmpty()) {
			throw new ApprovalUnavailableException(
					"The pairing '%s' was revoked while a decision on request %s was pending: pair again"
						.formatted(request.asked().name(), request.id()),
					request.id(), null);
		}
		return verify(this.environment.verifier(), request, delivery, keys);
	}

	/**
	 * Verify a decision that is not used, with the keys to which the request was sent.
	 * This reads nothing of the application.
	 * @return the verified vote
	 * @throws ApprovalVerificationException if the decision does not verify
	 */
	ApprovalVote verifyUnused(PairingRequest request, DecisionDelivery delivery) {
		return verify(this.environment.verifier().withoutExpiry((key, nonce, requestId) -> true), request, delivery,
				request.asked().pairing().signerKeys());
	}

	private ApprovalVote verify(DecisionVerifier verifier, PairingRequest request, DecisionDelivery delivery,
			List<SignerKey> keys) {
		ApprovalVote vote;
		try {
			vote = ApprovalVote.of(verifier.verify(delivery.message(), request.id(), request.artifact().hash(), keys,
					delivery.receivedAt()), request.asked().name(), this.environment.clock().instant());
		}
		catch (DecisionVerificationException ex) {
			if (ex.getFailure() == DecisionVerificationException.Failure.EXPIRED
					&& request.call().deadline().isOver()) {
				// The artifact has expired as well: late rather than forged
				throw tooLate("decided", request.id());
			}
			throw new ApprovalVerificationException(
					"The decision on request %s does not verify: %s".formatted(request.id(), ex.getMessage()),
					request.id(), ex);
		}
		this.requests.acknowledge(request, delivery);
		return vote;
	}

	static ApprovalTimeoutException tooLate(String what, String requestId) {
		return new ApprovalTimeoutException(
				"Request %s was %s too late, so that is not used".formatted(requestId, what), requestId);
	}

}
