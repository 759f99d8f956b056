package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Pairing that was completed. The text form holds no secret.
 *
 * @param routingToken the secret by which the gateway finds the approver
 * @param encryptionKey the key that artifacts are encrypted with, encoded
 * @param keys the approvers' keys, revoked ones included
 * @param since the time at which it was paired
 */
record ActivePairing(String routingToken, String encryptionKey, List<Key> keys, Instant since) {

	ActivePairing {
		Objects.requireNonNull(routingToken);
		Objects.requireNonNull(encryptionKey);
		Objects.requireNonNull(since);
		keys = List.copyOf(keys);
	}

	/**
	 * Return the keys whose decisions count.
	 */
	List<SignerKey> signerKeys() {
		return this.keys.stream().filter((key) -> !key.revoked()).map(Key::toSignerKey).toList();
	}

	/**
	 * Return the fingerprints of the keys whose decisions count.
	 */
	List<String> fingerprints() {
		return signerKeys().stream().map(SignerKey::fingerprint).toList();
	}

	/**
	 * Revoke keys.
	 * @param revoked the keys themselves, as {@link SignerKey#encode()} returns them
	 */
	ActivePairing without(Set<String> revoked) {
		return new ActivePairing(this.routingToken, this.encryptionKey,
				this.keys.stream()
					.map((key) -> revoked.contains(key.toSignerKey().encode()) ? key.revoke() : key)
					.toList(),
				this.since);
	}

	@Override
	public String toString() {
		return "ActivePairing[keys=%s, since=%s]".formatted(this.keys, this.since);
	}

	/**
	 * Key of an approver.
	 *
	 * @param id the key's id
	 * @param key the public key, encoded
	 * @param device the approver's device, if it is known
	 * @param pairedAt the time at which it was paired
	 * @param revoked whether it was revoked, so that its decisions no longer count
	 */
	record Key(String id, String key, @Nullable String device, Instant pairedAt, boolean revoked) {

		Key {
			Objects.requireNonNull(id);
			Objects.requireNonNull(key);
			Objects.requireNonNull(pairedAt);
		}

		static Key of(SignerKey key, Instant now) {
			return new Key(key.id(), key.encode(), null, now, false);
		}

		SignerKey toSignerKey() {
			return SignerKey.of(this.id, this.key);
		}

		Key revoke() {
			return new Key(this.id, this.key, this.device, this.pairedAt, true);
		}

		PairingInfo.Key toInfo() {
			return new PairingInfo.Key(this.id, toSignerKey().fingerprint(), this.device, this.pairedAt, this.revoked);
		}

	}

}
