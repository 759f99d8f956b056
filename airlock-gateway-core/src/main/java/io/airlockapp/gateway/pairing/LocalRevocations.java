package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Revocations of pairings that can't be written: those in properties, and those in a
 * read-only store. They last until the application is restarted.
 */
final class LocalRevocations {

	private final Set<String> revoked = ConcurrentHashMap.newKeySet();

	private final Set<String> revokedByGateway = ConcurrentHashMap.newKeySet();

	private final Set<RevokedKey> keys = ConcurrentHashMap.newKeySet();

	private final Map<String, Instant> latest = new ConcurrentHashMap<>();

	private final InstantSource clock;

	LocalRevocations(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * Revoke a pairing, as an operator says.
	 */
	void revoke(Pairing pairing) {
		this.revoked.add(pairing.routingToken());
		noteTime(pairing.routingToken());
	}

	/**
	 * Revoke a pairing, as the gateway says.
	 * @return {@code false} if it was revoked already
	 */
	boolean revokeByGateway(Pairing pairing) {
		if (isRevoked(pairing) || !this.revokedByGateway.add(pairing.routingToken())) {
			return false;
		}
		noteTime(pairing.routingToken());
		return true;
	}

	/**
	 * Put a pairing in force again that was revoked as the gateway says.
	 * @return {@code false} if it was not
	 */
	boolean reinstate(Pairing pairing) {
		return this.revokedByGateway.remove(pairing.routingToken());
	}

	/**
	 * Revoke a key of a pairing, while the same key can be paired anew.
	 */
	void revokeKey(String routingToken, SignerKey key) {
		this.keys.add(new RevokedKey(routingToken, key.encode()));
		noteTime(routingToken);
	}

	private void noteTime(String routingToken) {
		this.latest.put(routingToken, this.clock.instant());
	}

	/**
	 * Return whether another pairing was completed after this one was revoked, so that it
	 * was made to take its place.
	 */
	boolean isSucceeded(Pairing pairing, Instant completed) {
		Instant revokedAt = this.latest.get(pairing.routingToken());
		return revokedAt != null && !completed.isBefore(revokedAt);
	}

	boolean isRevoked(Pairing pairing) {
		return this.revoked.contains(pairing.routingToken()) || this.revokedByGateway.contains(pairing.routingToken());
	}

	boolean isRevoked(String routingToken, SignerKey key) {
		return this.keys.contains(new RevokedKey(routingToken, key.encode()));
	}

	/**
	 * Return what is left of a pairing.
	 * @return the pairing with the keys that are left, or {@code null} if none is
	 */
	@Nullable Pairing apply(Pairing pairing) {
		List<SignerKey> left = left(pairing.routingToken(), pairing.signerKeys());
		if (isRevoked(pairing) || left.isEmpty()) {
			return null;
		}
		return new Pairing(pairing.routingToken(), pairing.encryptionKey(), left,
				left(pairing.routingToken(), pairing.retiredKeys()));
	}

	private List<SignerKey> left(String routingToken, List<SignerKey> all) {
		return all.stream().filter((key) -> !isRevoked(routingToken, key)).toList();
	}

	/**
	 * Revoked key of a pairing, under whatever id.
	 */
	private record RevokedKey(String routingToken, String key) {

		@Override
		public String toString() {
			return this.key;
		}

	}

}
