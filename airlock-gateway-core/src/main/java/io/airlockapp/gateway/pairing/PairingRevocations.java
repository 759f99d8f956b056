package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Revokes pairings and keys, and reinstates pairings, for operators.
 */
final class PairingRevocations {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private final ManagedPairingSource source;

	private final PairingGateway gateway;

	private final InstantSource clock;

	PairingRevocations(ManagedPairingSource source, PairingGateway gateway, InstantSource clock) {
		this.source = source;
		this.gateway = gateway;
		this.clock = clock;
	}

	void revoke(String name) {
		Pairing inForce = this.source.getPairing(name);
		ActivePairing stored = this.source.document(name).active();
		String routingToken = (inForce != null) ? inForce.routingToken()
				: (stored != null) ? stored.routingToken() : null;
		if (inForce != null) {
			this.source.localRevocations().revoke(inForce);
		}
		try {
			clear(name);
		}
		finally {
			this.source.changes()
				.revoked(name, fingerprints(inForce), "The pairing '%s' was revoked: pair anew".formatted(name));
			tellGateway(name, routingToken);
		}
	}

	private void clear(String name) {
		if (!this.source.documents().isReadOnly()) {
			Revocation revocation = new Revocation(this.clock.instant(), Revoker.OPERATOR);
			this.source.documents()
				.update(name, (document) -> (document.active() != null || document.attempt() != null)
						? document.cleared(revocation) : document);
		}
	}

	private static List<String> fingerprints(@Nullable Pairing pairing) {
		return (pairing == null) ? List.of() : pairing.signerKeys().stream().map(SignerKey::fingerprint).toList();
	}

	private void tellGateway(String name, @Nullable String routingToken) {
		if (routingToken == null) {
			return;
		}
		try {
			this.gateway.revoke(routingToken);
		}
		catch (AirlockGatewayException ex) {
			logger.warn(
					"The pairing '%s' is revoked here, but the gateway could not be told: %s. Revoke it on the phone too"
						.formatted(name, ex.getMessage()));
		}
	}

	void revokeKey(String name, String keyId) {
		Pairing configured = this.source.configured(name);
		List<SignerKey> inProperties = (configured == null) ? List.of()
				: named(configured.signerKeys().stream(), keyId);
		PairingDocument document = this.source.document(name);
		List<SignerKey> inStore = stored(document, keyId);
		if (inProperties.isEmpty() && inStore.isEmpty()) {
			throw new PairingException("The pairing '%s' has no key with this id".formatted(name), null);
		}
		if (configured != null) {
			revokeLocally(name, configured.routingToken(), inProperties);
		}
		if (!this.source.documents().isReadOnly()) {
			this.source.documents().update(name, (current) -> inStore.isEmpty() ? current : current.withoutKey(keyId));
		}
		else if (document.active() != null) {
			revokeLocally(name, document.active().routingToken(), inStore);
		}
		List<SignerKey> keys = Stream.concat(inProperties.stream(), inStore.stream()).distinct().toList();
		this.source.changes()
			.keyRevoked(name, keys.stream().map(SignerKey::fingerprint).toList(), this.source.getPairing(name) == null);
	}

	private void revokeLocally(String name, String routingToken, List<SignerKey> keys) {
		if (!keys.isEmpty()) {
			keys.forEach((key) -> this.source.localRevocations().revokeKey(routingToken, key));
			logger.warn("A key of the pairing '%s' is revoked until the application starts again: remove it from the "
				.formatted(name) + "properties or the store too");
		}
	}

	private static List<SignerKey> stored(PairingDocument document, String keyId) {
		Stream<SignerKey> active = (document.active() == null) ? Stream.empty()
				: document.active().keys().stream().map(ActivePairing.Key::toSignerKey);
		return named(Stream.concat(active, document.retiredKeys().stream().map(RetiredKey::toSignerKey)), keyId);
	}

	private static List<SignerKey> named(Stream<SignerKey> keys, String keyId) {
		return keys.filter((key) -> key.id().equals(keyId)).toList();
	}

	void reinstate(String name) {
		Pairing configured = this.source.configured(name);
		boolean reinstated = configured != null && this.source.localRevocations().reinstate(configured);
		ActivePairing active = this.source.document(name).active();
		if (active != null && !active.signerKeys().isEmpty()) {
			reinstated |= this.source.localRevocations().reinstate(active.toPairing(List.of()));
			reinstated |= !this.source.documents().isReadOnly() && this.source.documents()
				.update(name,
						(document) -> (document.active() != null && document.revocation() != null)
								? document.reinstated() : document)
				.isMade();
		}
		Pairing inForce = this.source.getPairing(name);
		if (!reinstated || inForce == null) {
			throw new PairingException("The pairing '%s' is not one that the gateway said was revoked".formatted(name),
					null);
		}
		this.source.changes().reinstated(name, fingerprints(inForce));
	}

}
