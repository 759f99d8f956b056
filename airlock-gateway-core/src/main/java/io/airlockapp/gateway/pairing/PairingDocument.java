package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Stored state of one pairing, as one entry of the store.
 *
 * @param active the pairing that was completed last
 * @param revocation the revocation, if the pairing is no longer in force
 * @param retiredKeys keys of pairings that were replaced
 * @param attempt a new pairing in progress
 * @param failure the failure of the last new pairing
 * @param usedCodes digests of the codes that were claimed or given up, the latest one
 * last
 */
record PairingDocument(@Nullable ActivePairing active, @Nullable Revocation revocation,
		List<ActivePairing.Key> retiredKeys, @Nullable PairingAttempt attempt, @Nullable Failure failure,
		List<String> usedCodes) {

	static final PairingDocument EMPTY = new PairingDocument(null, null, List.of(), null, null, List.of());

	private static final int MAX_USED_CODES = 16;

	private static final int MAX_RETIRED_KEYS = 16;

	PairingDocument {
		retiredKeys = List.copyOf(retiredKeys);
		usedCodes = List.copyOf(usedCodes);
	}

	/**
	 * Return the pairing in force.
	 * @return the pairing, or {@code null} if there is none, or it or each of its keys is
	 * revoked
	 */
	@Nullable ActivePairing inForce() {
		return (this.active != null && this.revocation == null && !this.active.signerKeys().isEmpty()) ? this.active
				: null;
	}

	@Nullable Pairing toPairing() {
		ActivePairing pairing = inForce();
		return (pairing == null) ? null
				: new Pairing(pairing.routingToken(), EncryptionKey.parse(pairing.encryptionKey()),
						pairing.signerKeys(), this.retiredKeys.stream().map(ActivePairing.Key::toSignerKey).toList());
	}

	boolean wasClaimed(String codeDigest) {
		return this.usedCodes.contains(codeDigest);
	}

	/**
	 * Begin or continue a new pairing. What is in force stays so.
	 */
	PairingDocument attempting(PairingAttempt newAttempt) {
		List<String> used = newAttempt.isSame(this.attempt) ? this.usedCodes : withAttempted();
		return new PairingDocument(this.active, this.revocation, this.retiredKeys, newAttempt, null, used);
	}

	/**
	 * End the attempt with a new pairing, which replaces the one in force. Decisions by
	 * the keys of that one still count for requests that were made before.
	 */
	PairingDocument completed(ActivePairing newPairing) {
		ActivePairing replaced = inForce();
		Stream<ActivePairing.Key> added = (replaced != null) ? replaced.keys().stream().filter((key) -> !key.revoked())
				: Stream.empty();
		List<ActivePairing.Key> retired = (this.revocation != null) ? List.of()
				: Stream.concat(added, this.retiredKeys.stream()).limit(MAX_RETIRED_KEYS).toList();
		return new PairingDocument(newPairing, null, retired, null, null, withAttempted());
	}

	/**
	 * Return the codes that were used, with the one of the attempt that ends now, so that
	 * what a person gave up doesn't begin anew with the next start.
	 */
	private List<String> withAttempted() {
		String codeDigest = (this.attempt != null) ? this.attempt.codeDigest() : null;
		if (codeDigest == null) {
			return this.usedCodes;
		}
		List<String> used = Stream.concat(this.usedCodes.stream(), Stream.of(codeDigest)).distinct().toList();
		return used.subList(Math.max(0, used.size() - MAX_USED_CODES), used.size());
	}

	/**
	 * End the attempt without a new pairing. What is in force stays so.
	 */
	PairingDocument failed(Failure newFailure) {
		return new PairingDocument(this.active, this.revocation, this.retiredKeys, null, newFailure, this.usedCodes);
	}

	/**
	 * Keep the pairing, but not in force.
	 */
	PairingDocument marked(Revocation newRevocation) {
		return new PairingDocument(this.active, newRevocation, List.of(), this.attempt, this.failure, this.usedCodes);
	}

	/**
	 * Forget the pairing, and what is under way.
	 */
	PairingDocument cleared(Revocation newRevocation) {
		return new PairingDocument(null, newRevocation, List.of(), null, null, withAttempted());
	}

	/**
	 * Revoke a key. The same key may have been paired under another id too.
	 */
	PairingDocument withoutKey(String keyId) {
		Set<String> keys = keys().filter((key) -> key.id().equals(keyId))
			.map(SignerKey::encode)
			.collect(Collectors.toSet());
		return new PairingDocument((this.active != null) ? this.active.without(keys) : null, this.revocation,
				this.retiredKeys.stream().filter((key) -> !keys.contains(key.toSignerKey().encode())).toList(),
				this.attempt, this.failure, this.usedCodes);
	}

	/**
	 * Return all keys, revoked and retired ones included.
	 */
	Stream<SignerKey> keys() {
		Stream<ActivePairing.Key> current = (this.active != null) ? this.active.keys().stream() : Stream.empty();
		return Stream.concat(current, this.retiredKeys.stream()).map(ActivePairing.Key::toSignerKey);
	}

	/**
	 * Revocation of a pairing.
	 *
	 * @param at the time of the revocation
	 * @param by the party that revoked it
	 */
	record Revocation(Instant at, Revoker by) {

		Revocation {
			Objects.requireNonNull(at);
			Objects.requireNonNull(by);
		}

	}

	/**
	 * Failure of a new pairing.
	 *
	 * @param at the time of the failure
	 * @param reason the description of the failure and the action to take, for people
	 * @param codeDigest the digest of the code that was claimed, if one was
	 */
	record Failure(Instant at, String reason, @Nullable String codeDigest) {

		Failure {
			Objects.requireNonNull(at);
			Objects.requireNonNull(reason);
		}

	}

	enum Revoker {

		/**
		 * The gateway said so, which may be a lie.
		 */
		GATEWAY,

		OPERATOR

	}

}
