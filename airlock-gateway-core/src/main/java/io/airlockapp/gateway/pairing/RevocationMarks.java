package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts pairings out of force when the gateway reports that they were revoked.
 */
final class RevocationMarks {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final ManagedPairingSource source;

	private final InstantSource clock;

	RevocationMarks(ManagedPairingSource source, InstantSource clock) {
		this.source = source;
		this.clock = clock;
	}

	/**
	 * Mark a pairing as revoked.
	 * @param pairing the pairing, or {@code null} if the gateway didn't say which; it is
	 * then meant if it is the only one
	 */
	void mark(@Nullable Pairing pairing) {
		List<String> candidates = this.source.names().all().stream().filter((name) -> isMeant(name, pairing)).toList();
		if (pairing == null && candidates.size() > 1) {
			logger.warn("The gateway says that a pairing was revoked, and not which of %s; the next request will tell"
				.formatted(candidates));
			return;
		}
		for (String name : candidates) {
			Pairing inForce = this.source.getPairing(name);
			if (inForce != null) {
				mark(name, inForce);
			}
		}
	}

	private boolean isMeant(String name, @Nullable Pairing pairing) {
		Pairing inForce = this.source.getPairing(name);
		return inForce != null && (pairing == null || inForce.routingToken().equals(pairing.routingToken()));
	}

	private void mark(String name, Pairing pairing) {
		if (isMarked(name, pairing)) {
			this.source.changes()
				.revoked(name, pairing.signerKeys().stream().map(SignerKey::fingerprint).toList(),
						PairingReasons.revokedByGateway(name, this.clock.instant()));
		}
	}

	private boolean isMarked(String name, Pairing pairing) {
		Pairing configured = this.source.configured(name);
		boolean stored = configured == null || !configured.routingToken().equals(pairing.routingToken());
		if (!stored || this.source.documents().isReadOnly()) {
			return this.source.localRevocations().revokeByGateway(pairing);
		}
		try {
			Revocation revocation = new Revocation(this.clock.instant(), Revoker.GATEWAY);
			return this.source.documents().update(name, (document) -> {
				ActivePairing active = document.inForce();
				boolean same = active != null && Objects.equals(active.routingToken(), pairing.routingToken());
				return same ? document.marked(revocation) : document;
			}).isMade();
		}
		catch (PairingStoreException ex) {
			logger.warn("The pairing '%s' can't be marked as revoked for other instances: %s".formatted(name,
					ex.getMessage()));
			return this.source.localRevocations().revokeByGateway(pairing);
		}
	}

}
