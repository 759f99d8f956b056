/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Revokes pairings and keys, for operators.
 *
 * @param source the pairings
 * @param gateway the gateway, which is notified
 * @param clock the clock for the time of day
 */
record PairingRevocations(ManagedPairingSource source, AirlockGatewayOperations gateway, InstantSource clock) {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	void revoke(String name) {
		Pairing inForce = this.source.getPairing(name);
		PairingDocument document = this.source.document(name);
		ActivePairing stored = document.active();
		if (inForce == null && stored == null && document.attempt() == null && document.failure() == null) {
			if (document.revocation() == null && this.source.configured(name) == null) {
				throw new PairingException(
						"There is nothing to revoke: the pairing '%s' is neither in force nor in progress"
							.formatted(name));
			}
			return;
		}
		String routingToken = (inForce != null) ? inForce.routingToken()
				: (stored != null) ? stored.routingToken() : null;
		if (inForce != null) {
			// Takes effect even if the store fails
			this.source.revokeUntilRestart(name, inForce);
		}
		boolean kept = false;
		try {
			kept = clear(name, inForce);
		}
		finally {
			this.source.changes().revoked(name, ManagedPairingSource.fingerprints(inForce), describe(name, kept));
			tellGateway(name, routingToken);
		}
	}

	/**
	 * Store a revocation.
	 * @return {@code false} if the store can only be read
	 */
	private boolean clear(String name, @Nullable Pairing revoked) {
		if (this.source.documents().isReadOnly()) {
			return false;
		}
		Revocation revocation = new Revocation(this.clock.instant(), Revoker.OPERATOR);
		this.source.documents()
			.update(name, (
					document) -> (document.active() != null || document.attempt() != null || document.failure() != null)
							? document.cleared(revocation) : document);
		if (revoked != null && this.source.configured(name) == null) {
			this.source.revocationStored(name, revoked);
		}
		return true;
	}

	private String describe(String name, boolean kept) {
		if (this.source.configured(name) != null) {
			return PairingMessages.configuredRevoked(name);
		}
		return kept ? "The pairing '%s' was revoked: pair again".formatted(name)
				: ("The pairing '%s' was revoked, but only in this instance and until it restarts, because that cannot be stored: "
						+ "halt all instances, and revoke it again once it can")
					.formatted(name);
	}

	private void tellGateway(String name, @Nullable String routingToken) {
		if (routingToken == null) {
			return;
		}
		try {
			this.gateway.revokePairing(routingToken);
		}
		catch (AirlockGatewayException ex) {
			logger.warn(
					"The pairing '%s' is revoked in this application, but not at the gateway: %s. Revoke it on the phone too"
						.formatted(name, ex.getMessage()));
		}
	}

	void revokeKey(String name, String keyId) {
		if (this.source.configured(name) != null || this.source.documents().isReadOnly()) {
			throw new PairingException(
					("A key of the pairing '%s' cannot be revoked, because it is in properties or in a store that can only be "
							+ "read: remove it there and start the application again, or revoke the whole pairing now")
						.formatted(name));
		}
		List<SignerKey> all = this.source.document(name).keys().toList();
		List<SignerKey> keys = all.stream().filter((key) -> key.id().equals(keyId)).toList();
		if (keys.isEmpty()) {
			throw new PairingException("The pairing '%s' has no key with this id. Its keys are: %s".formatted(name,
					all.stream().map(SignerKey::id).distinct().toList()));
		}
		this.source.documents().update(name, (document) -> document.withoutKey(keyId));
		this.source.changes()
			.keyRevoked(name, keys.stream().map(SignerKey::fingerprint).distinct().toList(),
					this.source.getPairing(name) == null);
	}

}
