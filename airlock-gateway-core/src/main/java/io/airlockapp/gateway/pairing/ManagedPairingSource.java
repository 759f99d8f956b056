/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingSource} of pairings from properties and, for other names, from a store.
 * If the gateway reports a pairing as revoked, it is no longer in force in any instance
 * that shares the store.
 */
public final class ManagedPairingSource implements PairingSource {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	/**
	 * Revoked pairings whose revocation is not stored.
	 */
	private final Set<RevokedPairing> revokedUntilRestart = ConcurrentHashMap.newKeySet();

	private final PairingDocuments documents;

	private final KnownPairings names;

	private final PairingEventPublisher changes;

	private final InstantSource clock;

	/**
	 * Create a source.
	 * @param store the store of pairings
	 * @param configured the supplier of pairings from properties, by name; they take
	 * precedence
	 * @param onRevoked the callback for the name of each revoked pairing, to end waits
	 * for its approvers
	 * @param publisher the publisher of changes
	 * @param clock the clock for the time of day
	 */
	public ManagedPairingSource(PairingStore store, Supplier<Map<String, Pairing>> configured,
			Consumer<String> onRevoked, Consumer<? super PairingChangedEvent> publisher, InstantSource clock) {
		this.documents = new PairingDocuments(store);
		this.names = new KnownPairings(configured);
		this.changes = new PairingEventPublisher(this.documents, publisher, onRevoked, clock);
		this.clock = clock;
	}

	@Override
	public @Nullable Pairing getPairing(String name) {
		Pairing configured = configured(name);
		Pairing pairing = (configured != null) ? configured : document(name).toPairing();
		return (pairing != null && !this.revokedUntilRestart.contains(RevokedPairing.of(name, pairing))) ? pairing
				: null;
	}

	@Override
	public boolean isRevoked(String name, List<SignerKey> signerKeys) {
		Pairing configured = configured(name);
		if (configured != null) {
			return this.revokedUntilRestart.contains(RevokedPairing.of(name, configured))
					&& !Collections.disjoint(configured.signerKeys(), signerKeys);
		}
		return document(name).hasRevoked(signerKeys);
	}

	@Override
	public Set<String> rawKeys(String name) {
		Pairing configured = configured(name);
		return (configured != null) ? configured.rawKeys()
				: document(name).keys().map(SignerKey::encode).collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public boolean isPaired() {
		List<AirlockGatewayException> unreadable = new ArrayList<>();
		if (this.names.all().stream().anyMatch((name) -> findReadable(name, unreadable) != null)) {
			return true;
		}
		throwFirst(unreadable);
		return false;
	}

	/**
	 * Return a pairing in force. One that cannot be read does not affect the others.
	 * @param unreadable the list to which a failure is added
	 */
	private @Nullable Pairing findReadable(String name, List<AirlockGatewayException> unreadable) {
		try {
			return getPairing(name);
		}
		catch (AirlockGatewayException ex) {
			unreadable.add(ex);
			return null;
		}
	}

	private static void throwFirst(List<AirlockGatewayException> failures) {
		if (!failures.isEmpty()) {
			throw failures.get(0);
		}
	}

	@Override
	public @Nullable String whyNotPaired(String name) {
		if (configured(name) != null) {
			return PairingMessages.configuredRevoked(name);
		}
		String brokenOff = this.names.whyBrokenOff(name);
		if (brokenOff != null) {
			return brokenOff;
		}
		String why = PairingMessages.whyNotInForce(name, document(name), this.clock.instant());
		return (why == null && this.names.isBeginning(name)) ? PairingMessages.beginning(name) : why;
	}

	@Override
	public @Nullable String findProblem(Predicate<String> relevant) {
		boolean paired = isPaired();
		for (String name : this.names.all()) {
			if (relevant.test(name) && getPairing(name) == null) {
				String why = whyNotPaired(name);
				if (why != null || !paired) {
					return (why != null) ? why : FailureMessages.notPaired(name);
				}
			}
		}
		return null;
	}

	@Override
	public void pairingRevoked(Pairing pairing) {
		List<AirlockGatewayException> unreadable = new ArrayList<>();
		boolean found = false;
		for (String name : this.names.all()) {
			Pairing inForce = findReadable(name, unreadable);
			if (inForce != null && isSame(inForce, pairing)) {
				found = true;
				if (markRevoked(name, inForce)) {
					this.changes.revoked(name, fingerprints(inForce),
							PairingMessages.revokedByGateway(name, this.clock.instant()));
				}
			}
		}
		if (!found) {
			throwFirst(unreadable);
		}
	}

	/**
	 * Return whether two pairings are the same, although keys of one may be revoked. A
	 * new pairing can have the routing token of a former one, but has another encryption
	 * key.
	 */
	private static boolean isSame(Pairing one, Pairing other) {
		return one.routingToken().equals(other.routingToken()) && one.encryptionKey().equals(other.encryptionKey());
	}

	private boolean markRevoked(String name, Pairing pairing) {
		if (configured(name) != null || this.documents.isReadOnly()) {
			return revokeUntilRestart(name, pairing);
		}
		try {
			Revocation revocation = new Revocation(this.clock.instant(), Revoker.GATEWAY);
			return this.documents.update(name, (document) -> {
				Pairing stored = document.toPairing();
				return (stored != null && isSame(stored, pairing)) ? document.marked(revocation) : document;
			}) != null;
		}
		catch (PairingStoreException ex) {
			logger.warn("The pairing '%s' cannot be marked as revoked for other instances: %s".formatted(name,
					ex.getMessage()));
			return revokeUntilRestart(name, pairing);
		}
	}

	boolean revokeUntilRestart(String name, Pairing pairing) {
		return this.revokedUntilRestart.add(RevokedPairing.of(name, pairing));
	}

	/**
	 * Record that the store contains the revocation of a pairing.
	 */
	void revocationStored(String name, Pairing pairing) {
		this.revokedUntilRestart.remove(RevokedPairing.of(name, pairing));
	}

	static List<String> fingerprints(@Nullable Pairing pairing) {
		return (pairing == null) ? List.of() : pairing.signerKeys().stream().map(SignerKey::fingerprint).toList();
	}

	KnownPairings names() {
		return this.names;
	}

	@Nullable Pairing configured(String name) {
		return this.names.configured(name);
	}

	PairingDocument document(String name) {
		PairingDocument document = this.documents.read(name);
		if (document != PairingDocument.EMPTY) {
			this.names.seen(name);
		}
		return document;
	}

	PairingDocuments documents() {
		return this.documents;
	}

	PairingEventPublisher changes() {
		return this.changes;
	}

	/**
	 * Pairing that is revoked under its name. The same routing token can belong to
	 * another name, or to a new pairing with another encryption key.
	 */
	private record RevokedPairing(String name, String routingToken, EncryptionKey encryptionKey) {

		private static RevokedPairing of(String name, Pairing pairing) {
			return new RevokedPairing(name, pairing.routingToken(), pairing.encryptionKey());
		}

		@Override
		public String toString() {
			return "RevokedPairing[name=%s]".formatted(this.name);
		}

	}

}
