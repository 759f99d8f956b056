package io.airlockapp.gateway.pairing;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.harp.KeyAgreement;
import io.airlockapp.gateway.pairing.PairingDocuments.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one code, which is one claim however many instances and tries it takes:
 * what is about to be claimed, and with which keys, is stored before the gateway is
 * asked.
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

	CodeClaim(String name, String code, PairingDocuments documents, PairingGateway gateway, PairingOutcome outcome,
			InstantSource clock) {
		this.name = name;
		this.code = code;
		this.digest = CodeDigest.of(code);
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
	 * @throws PairingStoreException if it can't be stored what is about to be claimed
	 */
	ClaimProgress advance(boolean takeOver) {
		Snapshot snapshot = this.documents.snapshot(this.name);
		PairingDocument document = snapshot.document();
		PairingAttempt attempt = document.attempt();
		if (document.wasClaimed(this.digest)) {
			return ClaimProgress.SETTLED;
		}
		if (attempt == null || !this.digest.equals(attempt.codeDigest())) {
			if (this.own != null || this.taken != null) {
				// It failed, or an operator wanted something else
				return ClaimProgress.SETTLED;
			}
			return begin(snapshot, PairingAttempt.claiming(KeyAgreement.generate(), this.digest,
					this.clock.instant().plus(PairingTimes.USUAL)));
		}
		if (attempt.nonce() != null) {
			return ClaimProgress.CLAIMED;
		}
		if (!takeOver && !attempt.equals(this.own)) {
			this.taken = snapshot;
			return ClaimProgress.TAKEN;
		}
		if (this.clock.instant().isAfter(attempt.expiresAt())) {
			this.outcome.fail(this.name, attempt, ClaimRefusals.tooLate(this.name));
			return ClaimProgress.SETTLED;
		}
		return begin(snapshot, attempt.triedAgain());
	}

	private ClaimProgress begin(Snapshot snapshot, PairingAttempt attempt) {
		if (!this.documents.replace(this.name, snapshot, snapshot.document().attempting(attempt))) {
			this.taken = snapshot;
			return ClaimProgress.TAKEN;
		}
		this.own = attempt;
		ClaimedPairing claimed;
		try {
			claimed = this.gateway.claim(this.code, attempt.keys());
		}
		catch (AirlockGatewayException ex) {
			if (ex.isTransient()) {
				return ClaimProgress.UNREACHABLE;
			}
			return refused(attempt, ClaimRefusals.explain(this.name, ex, attempt.tries() > 1));
		}
		return store(attempt, claimed);
	}

	private ClaimProgress refused(PairingAttempt attempt, PairingException refusal) {
		if (this.outcome.fail(this.name, attempt, String.valueOf(refusal.getMessage()))) {
			throw refusal;
		}
		// Another took over meanwhile, and may be why it was refused
		this.taken = this.documents.snapshot(this.name);
		return ClaimProgress.TAKEN;
	}

	private ClaimProgress store(PairingAttempt attempt, ClaimedPairing claimed) {
		String nonce;
		try {
			nonce = PairingGateway.requireNonce(claimed.pairingNonce());
		}
		catch (AirlockGatewayException ex) {
			return refused(attempt, ClaimRefusals.explain(this.name, ex, false));
		}
		PairingAttempt next = attempt.claimed(nonce, claimed.routingToken(),
				PairingTimes.deadline(claimed.expiresAt(), this.clock.instant()));
		this.documents.update(this.name,
				(document) -> isOpen(document, attempt) ? document.attempting(next) : document);
		return ClaimProgress.CLAIMED;
	}

	/**
	 * Return whether nobody else got an answer from the gateway, or only a refusal, which
	 * then was because of our claim.
	 */
	private boolean isOpen(PairingDocument document, PairingAttempt attempt) {
		PairingAttempt current = document.attempt();
		if (current != null) {
			return attempt.isSame(current) && current.nonce() == null;
		}
		return document.failure() != null && this.digest.equals(document.failure().codeDigest());
	}

	/**
	 * Return what was seen last of another's claim.
	 */
	@Nullable String takenVersion() {
		return (this.taken != null) ? this.taken.version() : null;
	}

}
