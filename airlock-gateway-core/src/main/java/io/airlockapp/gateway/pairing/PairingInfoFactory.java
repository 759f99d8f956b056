/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.store.PairingStoreException;

/**
 * Creates {@link PairingInfo}s of the pairings.
 *
 * @param source the pairings
 */
record PairingInfoFactory(ManagedPairingSource source) {

	PairingInfo report(String name) {
		Pairing configured = this.source.configured(name);
		if (configured != null) {
			return report(name, configured);
		}
		PairingDocument document = this.source.document(name);
		ActivePairing active = document.active();
		Revocation revocation = document.revocation();
		boolean inForce = this.source.getPairing(name) != null;
		PairingAttempt attempt = document.attempt();
		PairingDocument.Failure failure = document.failure();
		String problem = (failure != null) ? failure.reason() : null;
		if (problem == null && !inForce && attempt == null && !this.source.names().isBeginning(name)) {
			problem = this.source.whyNotPaired(name);
		}
		State state = inForce ? State.PAIRED
				: (revocation != null || active != null) ? State.REVOKED : State.NOT_PAIRED;
		Instant since = (revocation != null) ? revocation.at() : (active != null) ? active.since() : null;
		return new PairingInfo(name, state, false, since,
				(active != null) ? active.keys().stream().map(ActivePairing.Key::toInfo).toList() : List.of(),
				(attempt != null) ? attempt.expiresAt() : null, problem);
	}

	private PairingInfo report(String name, Pairing configured) {
		boolean inForce = this.source.getPairing(name) != null;
		List<PairingInfo.Key> keys = configured.signerKeys()
			.stream()
			.map((key) -> new PairingInfo.Key(key.id(), key.fingerprint(), null, false))
			.toList();
		return new PairingInfo(name, inForce ? State.PAIRED : State.REVOKED, true, null, keys, null,
				inForce ? null : this.source.whyNotPaired(name));
	}

	/**
	 * Report a pairing, with a problem if its stored document cannot be read.
	 */
	PairingInfo reportAnyway(String name) {
		try {
			return report(name);
		}
		catch (PairingStoreException ex) {
			return new PairingInfo(name, State.NOT_PAIRED, false, null, List.of(), null, ex.getMessage());
		}
	}

}
