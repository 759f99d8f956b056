/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Pairing that was completed. The text form contains no secret.
 *
 * @param routingToken the secret by which the gateway routes requests to the approver
 * @param encryptionKey the encoded key for the encryption of artifacts
 * @param keys the approvers' keys, including revoked ones
 * @param since the time of the pairing
 */
record ActivePairing(String routingToken, String encryptionKey, List<Key> keys, Instant since) {

	private static final int MAX_REVOKED_KEYS = 16;

	ActivePairing {
		Objects.requireNonNull(routingToken);
		Objects.requireNonNull(encryptionKey);
		Objects.requireNonNull(since);
		keys = List.copyOf(keys);
	}

	/**
	 * Return the keys whose decisions are accepted.
	 */
	List<SignerKey> signerKeys() {
		return this.keys.stream().filter((key) -> !key.revoked()).map(Key::toSignerKey).toList();
	}

	/**
	 * Return the fingerprints of the keys whose decisions are accepted.
	 */
	List<String> fingerprints() {
		return signerKeys().stream().map(SignerKey::fingerprint).toList();
	}

	/**
	 * Return the keys with the id of this pairing.
	 */
	Stream<Key> retire() {
		String pairing = EncryptionKey.parse(this.encryptionKey).id();
		return this.keys.stream().map((key) -> new Key(key.id(), key.key(), key.pairedAt(), key.revoked(), pairing));
	}

	/**
	 * Return a copy in which the given keys are revoked.
	 * @param revoked the keys as encoded by {@link SignerKey#encode()}
	 */
	ActivePairing without(Set<String> revoked) {
		return new ActivePairing(this.routingToken, this.encryptionKey,
				this.keys.stream().map((key) -> revoked.contains(key.encode()) ? key.revoke() : key).toList(),
				this.since);
	}

	/**
	 * Return a copy that contains the keys of a revoked pairing as revoked, unless it has
	 * them itself.
	 * @param revoked the keys, the latest first
	 */
	ActivePairing withRevoked(List<Key> revoked) {
		Set<String> known = this.keys.stream().map(Key::encode).collect(Collectors.toCollection(HashSet::new));
		// A phone that was paired again and again has one key
		Stream<Key> added = revoked.stream()
			.filter((key) -> known.add(key.encode()))
			.map(Key::revoke)
			.limit(MAX_REVOKED_KEYS);
		return new ActivePairing(this.routingToken, this.encryptionKey,
				Stream.concat(this.keys.stream(), added).toList(), this.since);
	}

	@Override
	public String toString() {
		return "ActivePairing[keys=%s, since=%s]".formatted(this.keys, this.since);
	}

	/**
	 * Key of an approver.
	 *
	 * @param id the key's id
	 * @param key the encoded public key
	 * @param pairedAt the time of the pairing
	 * @param revoked whether the key was revoked, so that its decisions are no longer
	 * accepted
	 * @param pairing the id of the pairing of the key, if that was replaced
	 */
	record Key(String id, String key, Instant pairedAt, boolean revoked, @Nullable String pairing) {

		Key {
			Objects.requireNonNull(id);
			Objects.requireNonNull(key);
			Objects.requireNonNull(pairedAt);
		}

		static Key of(SignerKey key, Instant now) {
			return new Key(key.id(), key.encode(), now, false, null);
		}

		SignerKey toSignerKey() {
			return SignerKey.of(this.id, this.key);
		}

		/**
		 * Return the key in the only form in which equal keys are equal.
		 */
		String encode() {
			return toSignerKey().encode();
		}

		Key revoke() {
			return new Key(this.id, this.key, this.pairedAt, true, null);
		}

		Key withoutPairing() {
			return new Key(this.id, this.key, this.pairedAt, this.revoked, null);
		}

		PairingInfo.Key toInfo() {
			return new PairingInfo.Key(this.id, toSignerKey().fingerprint(), this.pairedAt, this.revoked);
		}

	}

}
