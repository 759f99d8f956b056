/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Stored state of one pairing, as a single entry of the store.
 *
 * @param active the pairing that was completed last
 * @param revocation the revocation, if the pairing is no longer in force
 * @param retiredKeys the keys of replaced pairings, or of the revoked one
 * @param attempt the new pairing in progress, if any
 * @param failure the failure of the last new pairing, if it failed
 * @param usedCodes the digests of codes that were claimed or given up, the latest last
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
						pairing.signerKeys(),
						this.retiredKeys.stream()
							.filter((key) -> key.pairing() != null)
							.collect(Collectors.groupingBy(ActivePairing.Key::pairing,
									Collectors.mapping(ActivePairing.Key::toSignerKey, Collectors.toList()))));
	}

	boolean wasClaimed(String codeDigest) {
		return this.usedCodes.contains(codeDigest);
	}

	/**
	 * Return the time until which a code can be claimed, also again after a refusal. It
	 * begins with the first claim.
	 */
	Instant claimableUntil(String codeDigest, Instant now) {
		Instant first = (this.failure != null && codeDigest.equals(this.failure.codeDigest())) ? this.failure.at()
				: now;
		return first.plus(PairingAttempt.VALIDITY);
	}

	/**
	 * Begin or continue a new pairing. A pairing in force remains in force.
	 */
	PairingDocument attempting(PairingAttempt newAttempt) {
		List<String> used = newAttempt.isSame(this.attempt) ? this.usedCodes : withAttempted(newAttempt.codeDigest());
		return new PairingDocument(this.active, this.revocation, this.retiredKeys, newAttempt, null, used);
	}

	/**
	 * End the attempt with a new pairing, which replaces the one in force. Decisions by
	 * the keys of the replaced pairing are still accepted for earlier requests. Revoked
	 * ones are not, and remain known as revoked.
	 */
	PairingDocument completed(ActivePairing newPairing) {
		Predicate<ActivePairing.Key> revoked = (key) -> this.revocation != null || key.revoked();
		Stream<ActivePairing.Key> replaced = (this.active != null) ? this.active.retire() : Stream.empty();
		List<ActivePairing.Key> retired = Stream.concat(replaced, this.retiredKeys.stream())
			.filter(revoked.negate())
			.toList();
		ActivePairing completed = newPairing.withRevoked(knownKeys().stream().filter(revoked).toList());
		return new PairingDocument(completed, null, retained(retired), null, null, withAttempted(null));
	}

	/**
	 * Return the latest keys, and others without their pairing. A phone that is paired
	 * again and again does not replace the other keys of its owner, which remain known.
	 */
	private static List<ActivePairing.Key> retained(List<ActivePairing.Key> retired) {
		List<ActivePairing.Key> latest = retired.stream().limit(MAX_RETIRED_KEYS).toList();
		Set<String> known = latest.stream()
			.map(ActivePairing.Key::encode)
			.collect(Collectors.toCollection(HashSet::new));
		Stream<ActivePairing.Key> others = retired.stream()
			.filter((key) -> known.add(key.encode()))
			.map(ActivePairing.Key::withoutPairing)
			.limit(MAX_RETIRED_KEYS);
		return Stream.concat(latest.stream(), others).toList();
	}

	/**
	 * Return the used codes, including the code of the attempt that ends or has failed,
	 * so that an attempt that a person gave up is not repeated after a restart.
	 * @param repeated the digest of the code that is claimed again, or {@code null}
	 */
	private List<String> withAttempted(@Nullable String repeated) {
		String codeDigest = (this.attempt != null) ? this.attempt.codeDigest()
				: (this.failure != null) ? this.failure.codeDigest() : null;
		return (codeDigest == null || codeDigest.equals(repeated)) ? this.usedCodes : withUsed(codeDigest);
	}

	private List<String> withUsed(String codeDigest) {
		List<String> used = Stream.concat(this.usedCodes.stream(), Stream.of(codeDigest)).distinct().toList();
		return used.subList(Math.max(0, used.size() - MAX_USED_CODES), used.size());
	}

	/**
	 * End the attempt without a new pairing. A pairing in force remains in force. A code
	 * that the gateway accepted is used.
	 */
	PairingDocument failed(Failure newFailure) {
		PairingAttempt ended = this.attempt;
		boolean accepted = ended != null && ended.nonce() != null;
		Failure stored = (ended == null || accepted) ? newFailure
				: newFailure.at(ended.expiresAt().minus(PairingAttempt.VALIDITY));
		return new PairingDocument(this.active, this.revocation, this.retiredKeys, null, stored,
				accepted ? withAttempted(null) : this.usedCodes);
	}

	/**
	 * Retain the pairing, but mark it as revoked.
	 */
	PairingDocument marked(Revocation newRevocation) {
		return new PairingDocument(this.active, newRevocation, this.retiredKeys, this.attempt, this.failure,
				this.usedCodes);
	}

	/**
	 * Remove the pairing and the attempt in progress. Only the public keys remain.
	 */
	PairingDocument cleared(Revocation newRevocation) {
		return new PairingDocument(null, newRevocation, knownKeys(), null, null, withAttempted(null));
	}

	/**
	 * Revoke a key, including the same key that was paired with a different id.
	 */
	PairingDocument withoutKey(String keyId) {
		if (this.active == null) {
			// Only what is revoked is known
			return this;
		}
		Set<String> keys = keys().filter((key) -> key.id().equals(keyId))
			.map(SignerKey::encode)
			.collect(Collectors.toSet());
		Predicate<ActivePairing.Key> revoked = (key) -> keys.contains(key.encode());
		return new PairingDocument(
				this.active.without(keys).withRevoked(this.retiredKeys.stream().filter(revoked).toList()),
				this.revocation, this.retiredKeys.stream().filter(revoked.negate()).toList(), this.attempt,
				this.failure, this.usedCodes);
	}

	/**
	 * Return whether the pairing is revoked, or each of the given keys is.
	 */
	boolean hasRevoked(List<SignerKey> keys) {
		return this.revocation != null || (this.active != null && this.active.keys()
			.stream()
			.filter(ActivePairing.Key::revoked)
			.map(ActivePairing.Key::toSignerKey)
			.collect(Collectors.toSet())
			.containsAll(keys));
	}

	/**
	 * Return all keys, including revoked and retired ones.
	 */
	Stream<SignerKey> keys() {
		return knownKeys().stream().map(ActivePairing.Key::toSignerKey);
	}

	private List<ActivePairing.Key> knownKeys() {
		Stream<ActivePairing.Key> current = (this.active != null) ? this.active.keys().stream() : Stream.empty();
		return Stream.concat(current, this.retiredKeys.stream()).toList();
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
	 * @param at the time of the failure, or of the first claim if the code was refused
	 * @param reason the description of the failure and its remedy, for people
	 * @param codeDigest the digest of the claimed code, if any
	 */
	record Failure(Instant at, String reason, @Nullable String codeDigest) {

		Failure {
			Objects.requireNonNull(at);
			Objects.requireNonNull(reason);
		}

		private Failure at(Instant firstClaim) {
			return new Failure(firstClaim, this.reason, this.codeDigest);
		}

	}

	enum Revoker {

		/**
		 * Reported by the gateway, which is not trusted.
		 */
		GATEWAY,

		OPERATOR

	}

}
