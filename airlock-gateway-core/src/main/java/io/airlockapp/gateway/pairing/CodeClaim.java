package io.airlockapp.gateway.pairing;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.KeyAgreement;
import io.airlockapp.gateway.pairing.PairingDocuments.Snapshot;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Claim of one pairing code. However many instances and attempts it takes, it remains one
 * claim: the digest of the code and the keys are stored before the request is sent to the
 * gateway.
 */
final class CodeClaim {

	private final String name;

	private final String code;

	private final String digest;

	private final PairingDocuments documents;

	private final PairingGateway gateway;

	private final PairingOutcome outcome;

	private final InstantSource clock;

	private @Nullable PairingAttempt own;

	private @Nullable Snapshot taken;

	private @Nullable ClaimAnswer answer;

	private @Nullable String obstacle;

	CodeClaim(String name, String code, PairingDocuments documents, PairingGateway gateway, PairingOutcome outcome,
			InstantSource clock) {
		this.name = name;
		this.code = code;
		this.digest = ArtifactHash.of(code.getBytes(StandardCharsets.UTF_8));
		this.documents = documents;
		this.gateway = gateway;
		this.outcome = outcome;
		this.clock = clock;
	}

	/**
	 * Do the next step.
	 * @param takeOver whether to go on with what another has begun, since it seems to be
	 * gone
	 * @return how far the claim is
	 * @throws PairingException if the gateway refuses the code
	 * @throws PairingStoreException if it can't be stored what is about to be claimed, or
	 * what the gateway answered
	 */
	Progress advance(boolean takeOver) {
		if (this.answer != null) {
			return store(this.answer);
		}
		Snapshot snapshot = this.documents.snapshot(this.name);
		PairingDocument document = snapshot.document();
		PairingAttempt attempt = document.attempt();
		if (document.wasClaimed(this.digest)) {
			return Progress.SETTLED;
		}
		if (attempt == null || !this.digest.equals(attempt.codeDigest())) {
			if (this.own != null || this.taken != null) {
				// It failed, or an operator wanted something else
				return Progress.SETTLED;
			}
			return begin(snapshot, PairingAttempt.claiming(KeyAgreement.generate(), this.digest,
					PairingAttempt.deadline(null, this.clock.instant())));
		}
		if (attempt.nonce() != null) {
			return Progress.CLAIMED;
		}
		if (!takeOver && !attempt.equals(this.own)) {
			this.taken = snapshot;
			return Progress.TAKEN;
		}
		if (this.clock.instant().isAfter(attempt.expiresAt())) {
			this.outcome.fail(this.name, attempt, ClaimRefusals.tooLate(this.name));
			return Progress.SETTLED;
		}
		return begin(snapshot, attempt.triedAgain());
	}

	private Progress begin(Snapshot snapshot, PairingAttempt attempt) {
		if (!this.documents.replace(this.name, snapshot, snapshot.document().attempting(attempt))) {
			this.taken = snapshot;
			return Progress.TAKEN;
		}
		this.own = attempt;
		ClaimedPairing claimed;
		try {
			claimed = this.gateway.claim(this.code, attempt.keys());
		}
		catch (AirlockGatewayException ex) {
			if (ex.isTransient() || ex instanceof IdentityUnavailableException) {
				this.obstacle = ex.getMessage();
				return Progress.UNREACHABLE;
			}
			return refused(attempt, ClaimRefusals.explain(this.name, ex, attempt.tries() > 1));
		}
		return answered(attempt, claimed);
	}

	private Progress refused(PairingAttempt attempt, PairingException refusal) {
		if (this.outcome.fail(this.name, attempt, String.valueOf(refusal.getMessage()))) {
			throw refusal;
		}
		// Another took over meanwhile, and may be why it was refused
		this.taken = this.documents.snapshot(this.name);
		return Progress.TAKEN;
	}

	private Progress answered(PairingAttempt attempt, ClaimedPairing claimed) {
		ClaimAnswer fresh;
		try {
			fresh = ClaimAnswer.of(attempt, claimed, this.clock.instant());
		}
		catch (AirlockGatewayException ex) {
			return refused(attempt, ClaimRefusals.explain(this.name, ex, false));
		}
		// The gateway may not answer a second time, so this outlives a store that fails
		this.answer = fresh;
		return store(fresh);
	}

	private Progress store(ClaimAnswer fresh) {
		this.documents.update(this.name, fresh::applyTo);
		this.answer = null;
		return Progress.CLAIMED;
	}

	/**
	 * Return what was seen last of another's claim.
	 */
	@Nullable String takenVersion() {
		return (this.taken != null) ? this.taken.version() : null;
	}

	/**
	 * Return whether the gateway has answered, and its answer is not stored yet.
	 */
	boolean isAnswered() {
		return this.answer != null;
	}

	/**
	 * Return why the gateway could not be asked.
	 */
	String obstacle() {
		return String.valueOf(this.obstacle);
	}

	/**
	 * State of a claim.
	 */
	enum Progress {

		/**
		 * Nothing is to be done: it was claimed, failed or was given up.
		 */
		SETTLED,

		/**
		 * The gateway knows it; the approver's answer is waited for.
		 */
		CLAIMED,

		/**
		 * Another is on it.
		 */
		TAKEN,

		/**
		 * The gateway can't be asked now, or not before somebody has signed in.
		 */
		UNREACHABLE

	}

}
