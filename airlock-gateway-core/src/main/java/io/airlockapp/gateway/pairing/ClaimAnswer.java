package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.Objects;

import io.airlockapp.gateway.client.ClaimedPairing;

/**
 * Response of the gateway to the claim of a code.
 *
 * @param attempt the attempt that was claimed
 * @param claimed the attempt after the response
 */
record ClaimAnswer(PairingAttempt attempt, PairingAttempt claimed) {

	/**
	 * Read an answer.
	 * @throws io.airlockapp.gateway.AirlockGatewayException if it has no usable nonce
	 */
	static ClaimAnswer of(PairingAttempt attempt, ClaimedPairing answer, Instant now) {
		return new ClaimAnswer(attempt, attempt.claimed(PairingGateway.requireNonce(answer.pairingNonce()),
				answer.routingToken(), PairingAttempt.deadline(answer.expiresAt(), now)));
	}

	PairingDocument applyTo(PairingDocument document) {
		return isAwaitedBy(document) ? document.attempting(this.claimed) : document;
	}

	/**
	 * Return whether nobody else got an answer from the gateway, or only a refusal, which
	 * then was because of our claim.
	 */
	private boolean isAwaitedBy(PairingDocument document) {
		PairingAttempt current = document.attempt();
		if (current != null) {
			return this.attempt.isSame(current) && current.nonce() == null;
		}
		return document.failure() != null && Objects.equals(this.attempt.codeDigest(), document.failure().codeDigest());
	}

}
