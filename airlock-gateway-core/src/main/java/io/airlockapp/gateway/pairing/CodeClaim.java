/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Claim of a single pairing code, shared by all instances and attempts: the digest of the
 * code and the keys are stored before the request is sent to the gateway. An instance
 * does not take over a claim that another instance began, as long as the stored claim
 * changes from one poll interval to the next.
 */
final class CodeClaim {

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(PairingManager.class));

	private final String name;

	private final String code;

	private final String digest;

	private final ManagedPairingSource source;

	private final PairingDependencies dependencies;

	private @Nullable PairingAttempt seen;

	private @Nullable PairingAttempt claimed;

	CodeClaim(String name, String code, ManagedPairingSource source, PairingDependencies dependencies) {
		this.name = name;
		this.code = code;
		this.digest = ArtifactHash.of(code.getBytes(StandardCharsets.UTF_8));
		this.source = source;
		this.dependencies = dependencies;
	}

	/**
	 * Perform the next step of the claim in the background.
	 * @return whether there is another step
	 */
	boolean performNext() {
		Progress progress;
		try {
			progress = advance();
		}
		catch (PairingStoreException ex) {
			warn(ex);
			return true;
		}
		catch (PairingException ex) {
			// The failure has already been stored and logged
			progress = Progress.SETTLED;
		}
		this.source.names().begun(this.name);
		return progress == Progress.UNDER_WAY;
	}

	/**
	 * Perform the next step of the claim.
	 * @return the progress of the claim
	 * @throws PairingException if the gateway refuses the code
	 * @throws PairingStoreException if the claim cannot be stored, or the gateway's
	 * response cannot
	 */
	Progress advance() {
		if (this.claimed != null) {
			return store(this.claimed);
		}
		PairingDocument document = this.source.documents().read(this.name);
		PairingAttempt attempt = document.attempt();
		Instant now = this.dependencies.clock().instant();
		Instant deadline = document.claimableUntil(this.digest, now);
		if (document.wasClaimed(this.digest) || now.isAfter(deadline)) {
			return Progress.SETTLED;
		}
		if (attempt == null || !this.digest.equals(attempt.codeDigest())) {
			// A previously seen attempt that is gone has failed or was replaced
			return (this.seen != null) ? Progress.SETTLED
					: begin(document, PairingAttempt.claiming(PairingKeyAgreement.generate(), this.digest, deadline));
		}
		if (attempt.nonce() != null) {
			return Progress.CLAIMED;
		}
		if (!attempt.equals(this.seen)) {
			this.seen = attempt;
			return Progress.UNDER_WAY;
		}
		if (now.isAfter(attempt.expiresAt())) {
			this.source.changes().fail(this.name, attempt, PairingMessages.claimedTooLate(this.name));
			return Progress.SETTLED;
		}
		return begin(document, attempt.triedAgain());
	}

	private Progress begin(PairingDocument document, PairingAttempt attempt) {
		boolean first = this.source.documents()
			.update(this.name, (stored) -> stored.equals(document) ? stored.attempting(attempt) : stored) != null;
		this.seen = attempt;
		if (!first) {
			return Progress.UNDER_WAY;
		}
		try {
			ClaimedPairing response = claim(attempt);
			// Retained until it is stored, since the gateway may not repeat the response
			this.claimed = attempt.claimed(response.pairingNonce(), response.routingToken(),
					PairingAttempt.deadline(response.expiresAt(), this.dependencies.clock().instant()));
		}
		catch (PairingException ex) {
			return refused(attempt, ex);
		}
		catch (AirlockGatewayException ex) {
			if (ex.isTransient() || ex instanceof IdentityUnavailableException) {
				warn(ex);
				return Progress.UNDER_WAY;
			}
			return refused(attempt, PairingMessages.refusedCode(this.name, ex, attempt.tries() > 1));
		}
		return store(this.claimed);
	}

	private ClaimedPairing claim(PairingAttempt attempt) {
		Enforcer enforcer = this.dependencies.enforcer();
		return this.dependencies.gateway()
			.claimPairing(new PairingClaim(this.code, enforcer.deviceId(), enforcer.id(), enforcer.label(),
					enforcer.workspaceName(), this.dependencies.gatewayUrl(), attempt.publicKey()));
	}

	private Progress refused(PairingAttempt attempt, PairingException refusal) {
		if (this.source.changes().fail(this.name, attempt, String.valueOf(refusal.getMessage()))) {
			throw refusal;
		}
		// Another instance took over concurrently, which may have caused the refusal
		return Progress.UNDER_WAY;
	}

	private Progress store(PairingAttempt claimed) {
		this.source.documents()
			.update(this.name, (document) -> isAwaited(document) ? document.attempting(claimed) : document);
		this.claimed = null;
		return Progress.CLAIMED;
	}

	/**
	 * Return whether no other instance has stored the gateway's response, or only a
	 * refusal, which is then a consequence of this claim. An instance that starts the
	 * same code again after such a refusal has other keys, and is refused too.
	 */
	private boolean isAwaited(PairingDocument document) {
		PairingAttempt current = document.attempt();
		if (current != null) {
			return this.digest.equals(current.codeDigest()) && current.nonce() == null;
		}
		return !document.wasClaimed(this.digest) && document.failure() != null
				&& Objects.equals(this.digest, document.failure().codeDigest());
	}

	private void warn(AirlockGatewayException ex) {
		// An interrupt indicates that the application is stopping
		if (!WaitScope.isInterrupted()) {
			this.warnings.warn("The pairing code of '%s' cannot be claimed yet; trying again: %s".formatted(this.name,
					FailureMessages.forFailure(ex)));
		}
	}

	/**
	 * Return whether the gateway has responded, but its response is not stored yet.
	 */
	boolean hasResponse() {
		return this.claimed != null;
	}

	/**
	 * State of a claim.
	 */
	enum Progress {

		/**
		 * Completed, failed or given up: no further steps.
		 */
		SETTLED,

		/**
		 * Accepted by the gateway; the approver's response is pending.
		 */
		CLAIMED,

		/**
		 * Performed by another instance, or to be retried because the gateway or the
		 * user's identity is unavailable.
		 */
		UNDER_WAY

	}

}
