package io.airlockapp.gateway.pairing;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.store.PairingStore;
import org.jspecify.annotations.Nullable;

/**
 * {@link PairingSource} of pairings from properties and, where there is none, from a
 * store. When the gateway reports that a pairing was revoked, the pairing is no longer in
 * force in all instances that share the store. Its keys are retained: the gateway is not
 * trusted to erase them.
 */
public final class ManagedPairingSource implements PairingSource {

	private final LocalRevocations localRevocations;

	private final PairingDocuments documents;

	private final PairingNames names;

	private final PairingChanges changes;

	private final RevocationMarks marks;

	private final InstantSource clock;

	/**
	 * Create a source.
	 * @param store where pairings are kept
	 * @param configured returns the pairings from properties, by name; they come first
	 * @param onRevoked gets the name of each pairing that was revoked, to end what waits
	 * for its approvers
	 * @param publisher gets what changes
	 * @param clock the time of day
	 */
	public ManagedPairingSource(PairingStore store, Supplier<Map<String, Pairing>> configured,
			Consumer<String> onRevoked, Consumer<? super PairingChangedEvent> publisher, InstantSource clock) {
		this.localRevocations = new LocalRevocations(clock);
		this.documents = new PairingDocuments(store);
		this.names = new PairingNames(configured);
		this.changes = new PairingChanges(publisher, onRevoked);
		this.clock = clock;
		this.marks = new RevocationMarks(this, clock);
	}

	@Override
	public @Nullable Pairing getPairing(String name) {
		Pairing fromProperties = configured(name);
		Pairing pairing = (fromProperties != null) ? this.localRevocations.apply(fromProperties) : null;
		if (pairing != null) {
			return pairing;
		}
		Pairing stored = stored(name, fromProperties);
		return (stored != null) ? this.localRevocations.apply(stored) : null;
	}

	/**
	 * A pairing that was stored before one in properties took its place doesn't come back
	 * when that is revoked: the gateway, which may lie, must not choose between the two.
	 */
	private @Nullable Pairing stored(String name, @Nullable Pairing fromProperties) {
		PairingDocument document = document(name);
		ActivePairing active = document.inForce();
		if (active == null
				|| (fromProperties != null && !this.localRevocations.isSucceeded(fromProperties, active.since()))) {
			return null;
		}
		return active.toPairing(retiredKeys(document));
	}

	private List<SignerKey> retiredKeys(PairingDocument document) {
		return document.retiredKeys()
			.stream()
			.filter((key) -> key.isOfUse(this.clock.instant()))
			.map(RetiredKey::toSignerKey)
			.toList();
	}

	@Override
	public boolean isPaired() {
		return this.names.all().stream().anyMatch((name) -> getPairing(name) != null);
	}

	@Override
	public @Nullable String whyNotPaired(String name) {
		String brokenOff = this.names.whyBrokenOff(name);
		if (brokenOff != null) {
			return brokenOff;
		}
		Pairing fromProperties = configured(name);
		String why = PairingReasons.whyNotInForce(name, document(name), this.clock.instant());
		if (why == null && this.names.isBeginning(name)) {
			return PairingReasons.beginning(name);
		}
		return (why == null && fromProperties != null) ? PairingReasons.configuredRevoked(name) : why;
	}

	@Override
	public @Nullable String findProblem() {
		boolean paired = isPaired();
		for (String name : this.names.all()) {
			if (getPairing(name) == null) {
				String why = whyNotPaired(name);
				if (why != null || !paired) {
					return (why != null) ? why : PairingReasons.missing(name);
				}
			}
		}
		return null;
	}

	@Override
	public void pairingRevoked(@Nullable Pairing pairing) {
		this.marks.mark(pairing);
	}

	PairingNames names() {
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

	LocalRevocations localRevocations() {
		return this.localRevocations;
	}

	PairingChanges changes() {
		return this.changes;
	}

}
