package io.airlockapp.gateway.pairing;

import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.store.PairingStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Creates {@link PairingInfo}s of the pairings.
 */
final class PairingReports {

	private final ManagedPairingSource source;

	PairingReports(ManagedPairingSource source) {
		this.source = source;
	}

	PairingInfo report(String name) {
		PairingDocument document = this.source.document(name);
		Pairing inForce = this.source.getPairing(name);
		Pairing configured = this.source.configured(name);
		boolean fromStore = configured == null
				|| (inForce != null && !inForce.routingToken().equals(configured.routingToken()));
		PairingAttempt attempt = document.attempt();
		PairingDocument.Failure failure = document.failure();
		String problem = (failure != null) ? failure.reason() : null;
		if (problem == null && inForce == null && attempt == null) {
			problem = this.source.whyNotPaired(name);
		}
		List<PairingInfo.Key> keys = fromStore ? stored(document.active()) : configured(configured);
		State state = (inForce != null) ? State.PAIRED
				: (isRevoked(document, keys, configured)) ? State.REVOKED : State.NOT_PAIRED;
		Revocation revocation = document.revocation();
		return new PairingInfo(name, state, !fromStore,
				(!fromStore) ? null
						: (revocation != null) ? revocation.at()
								: (document.active() != null) ? document.active().since() : null,
				keys, (attempt != null) ? attempt.expiresAt() : null, problem);
	}

	/**
	 * Report a pairing even if what is stored of it can't be read.
	 */
	PairingInfo reportAnyway(String name) {
		try {
			return report(name);
		}
		catch (PairingStoreException ex) {
			Pairing configured = this.source.configured(name);
			boolean inForce = configured != null && this.source.localRevocations().apply(configured) != null;
			return new PairingInfo(name, inForce ? State.PAIRED : State.NOT_PAIRED, configured != null, null,
					configured(configured), null, ex.getMessage());
		}
	}

	private boolean isRevoked(PairingDocument document, List<PairingInfo.Key> keys, @Nullable Pairing configured) {
		return configured != null || document.revocation() != null || !keys.isEmpty();
	}

	private List<PairingInfo.Key> stored(@Nullable ActivePairing active) {
		return (active != null) ? active.keys().stream().map((key) -> info(active, key)).toList() : List.of();
	}

	private PairingInfo.Key info(ActivePairing active, ActivePairing.Key key) {
		SignerKey signerKey = key.toSignerKey();
		return new PairingInfo.Key(key.id(), signerKey.fingerprint(), key.device(), key.pairedAt(),
				key.revoked() || this.source.localRevocations().isRevoked(active.routingToken(), signerKey));
	}

	private List<PairingInfo.Key> configured(@Nullable Pairing pairing) {
		return (pairing == null) ? List.of()
				: pairing.signerKeys()
					.stream()
					.map((key) -> new PairingInfo.Key(key.id(), key.fingerprint(), null, null,
							this.source.localRevocations().isRevoked(pairing.routingToken(), key)))
					.toList();
	}

}
