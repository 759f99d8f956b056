/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import io.airlockapp.gateway.store.PairingStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(CapturedOutput.Extension.class)
class ManagedPairingSourceTests {

	private static final EncryptionKey ENCRYPTION_KEY = EncryptionKey.of(new byte[32]);

	private final PairingWorld world = new PairingWorld();

	private final ManagedPairingSource source = this.world.source;

	@Test
	void findProblemWithoutPairingNamesCodeProperty() {
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(this.source.isPaired()).isFalse();
		assertThat(this.source.whyNotPaired("default")).isNull();
		assertThat(this.source.findProblem((name) -> true)).contains("'airlock.gateway.pairing.code'");
	}

	@Test
	void getPairingReturnsStoredPairing() {
		store("default", "rt-1");
		assertThat(this.source.getPairing("default")).isEqualTo(pairing("rt-1"));
		assertThat(this.source.isPaired()).isTrue();
		assertThat(this.source.findProblem((name) -> true)).isNull();
	}

	@Test
	void getPairingPrefersProperties() {
		store("default", "rt-1");
		this.world.configured.put("default", pairing("rt-properties"));
		assertThat(this.source.getPairing("default")).isEqualTo(pairing("rt-properties"));
	}

	@Test
	void keysOfARevokedPairingInPropertiesAreRevoked() {
		Pairing pairing = new Pairing("rt-1", EncryptionKey.of(new byte[32]), List.of(this.world.approver.key()));
		this.world.configured.put("default", pairing);
		assertThat(this.world.source.isRevoked("default", pairing.signerKeys())).isFalse();
		this.world.source.revokeUntilRestart("default", pairing);
		assertThat(this.world.source.isRevoked("default", pairing.signerKeys())).isTrue();
		assertThat(this.world.source.isRevoked("default", List.of(new TestApprover().key()))).isFalse();
	}

	/**
	 * The gateway must not be able to have the key of an excluded requester count.
	 */
	@Test
	void keysOfAPairingThatTheGatewayRevokesRemainKnown() {
		Pairing inProperties = pairing("rt-1");
		this.world.configured.put("eve", inProperties);
		store("default", "rt-2");
		Pairing stored = Objects.requireNonNull(this.source.getPairing("default"));
		List.of(inProperties, stored).forEach(this.source::pairingRevoked);
		assertThat(this.source.getPairing("eve")).isNull();
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(this.source.rawKeys("eve")).isEqualTo(inProperties.rawKeys()).isNotEmpty();
		assertThat(this.source.rawKeys("default")).isEqualTo(stored.rawKeys()).isNotEmpty();
		assertThat(this.source.rawKeys("unknown")).isEmpty();
	}

	@Test
	void isPairedWhenOnlyAnotherPairingExists() {
		this.world.configured.put("finance", pairing("rt-1"));
		assertThat(this.source.isPaired()).isTrue();
		assertThat(this.source.findProblem((name) -> true)).isNull();
		assertThat(this.source.getPairing("default")).isNull();
	}

	@Test
	void problemsOfOtherPairingsAreNotRelevant() {
		this.world.configured.put("finance", pairing("rt-1"));
		this.world.configured.put("shift", pairing("rt-2"));
		this.source.revokeUntilRestart("shift", pairing("rt-2"));
		assertThat(this.source.findProblem((name) -> true)).contains("'shift'");
		assertThat(this.source.findProblem((name) -> !name.equals("shift"))).isNull();
	}

	@Test
	void getPairingWhenStoreFailsThrowsWithoutItsMessage() {
		this.world.store.breakDown(true);
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.source.getPairing("default"))
			.withMessageContaining("IllegalStateException")
			.withNoCause()
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("secret"));
	}

	@Test
	void malformedEntryIsNotOverwritten() {
		this.world.store.put("default", "{\"version\":7}");
		assertThatExceptionOfType(PairingStoreException.class)
			.isThrownBy(() -> this.source.pairingRevoked(pairing("rt-1")))
			.withMessageContaining("version 7");
		assertThat(this.world.store.text("default")).isEqualTo("{\"version\":7}");
	}

	@Test
	void pairingThatCannotBeReadDoesNotAffectOthers() {
		store("finance", "rt-1");
		assertThat(this.source.getPairing("finance")).isNotNull();
		this.source.names().begin("default");
		this.source.names().begin("ops");
		this.world.store.put("default", "{\"version\":7}");
		this.world.store.put("ops", "{\"version\":7}");
		assertThat(this.source.isPaired()).isTrue();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> this.source.findProblem((name) -> true))
			.withMessageContaining("version 7");
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.source.getPairing("finance")).isNull();
		assertThat(this.world.ended).containsExactly("finance");
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.REVOKED);
	}

	@Test
	void isPairedWhenEntryIsMalformedThrows() {
		this.world.store.put("default", "{\"version\":7}");
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(this.source::isPaired)
			.withMessageContaining("version 7");
	}

	@Test
	void revocationByGatewayAppliesToAllInstances() {
		store("default", "rt-1");
		ManagedPairingSource other = this.world.source();
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(other.getPairing("default")).isNull();
		assertThat(other.whyNotPaired("default")).contains("according to the gateway", "pair again");
		assertThat(this.world.store.text("default")).contains("rt-1");
		assertThat(this.world.events).extracting(PairingChangedEvent::change).containsExactly(Change.REVOKED);
		assertThat(this.world.ended).containsExactly("default");
	}

	@Test
	void repeatedRevocationByGatewayIsPublishedOnce() {
		store("default", "rt-1");
		this.source.pairingRevoked(pairing("rt-1"));
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.world.events).hasSize(1);
	}

	@Test
	void lateRevocationDoesNotAffectNewPairing() {
		store("default", "rt-2");
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.source.getPairing("default")).isEqualTo(pairing("rt-2"));
	}

	@Test
	void lateRevocationDoesNotAffectNewPairingWithSameRoutingToken() {
		store("default", "rt-1");
		byte[] formerKey = new byte[32];
		formerKey[0] = 1;
		this.source
			.pairingRevoked(new Pairing("rt-1", EncryptionKey.of(formerKey), List.of(this.world.approver.key())));
		assertThat(this.source.getPairing("default")).isEqualTo(pairing("rt-1"));
	}

	@Test
	void revocationByGatewayWhenStoreIsReadOnlyAppliesToThisInstance() {
		store("default", "rt-1");
		this.world.store.makeReadOnly();
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(this.world.source().getPairing("default")).isNotNull();
		assertThat(this.world.events).hasSize(1);
	}

	@Test
	void revocationByGatewayWhenStoreFailsAppliesToThisInstance(CapturedOutput output) {
		store("default", "rt-1");
		this.world.store.beforeNextWrite(() -> {
			throw new IllegalStateException("jdbc:secret@host");
		});
		this.source.pairingRevoked(pairing("rt-1"));
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(output).contains("cannot be marked as revoked for other instances").doesNotContain("secret");
	}

	@Test
	void revocationOfPairingInPropertiesDoesNotRestoreStoredOne() {
		store("default", "rt-of-the-old-phone");
		this.world.configured.put("default", pairing("rt-properties"));
		this.source.pairingRevoked(pairing("rt-properties"));
		assertThat(this.source.getPairing("default")).isNull();
		assertThat(this.source.whyNotPaired("default")).contains("from the properties", "only in this instance");
	}

	@Test
	void retiredKeysArePartOfThePairingThatReplacedThem() {
		store("default", "rt-1");
		store("default", "rt-2");
		assertThat(this.source.getPairing("default")).isNotNull()
			.satisfies((pairing) -> assertThat(pairing.retiredKeys().values())
				.containsExactly(List.of(this.world.approver.key())));
	}

	@Test
	void whyNotPairedNamesPendingAttempt() {
		this.source.names().begin("default");
		assertThat(this.source.whyNotPaired("default")).contains("about to be claimed");
		assertThat(new PairingInfoFactory(this.source).report("default").problem()).isNull();
		PairingAttempt attempt = PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-1",
				this.world.now().plusSeconds(600));
		this.source.documents().update("default", (document) -> document.attempting(attempt));
		this.source.names().begun("default");
		assertThat(this.source.whyNotPaired("default")).contains("under way until 2026-11-24T10:10:00Z");
		this.world.ticker.advance(Duration.ofMinutes(11));
		assertThat(this.source.whyNotPaired("default")).contains("was not completed until 2026-11-24T10:10:00Z");
	}

	private void store(String name, String routingToken) {
		ActivePairing active = new ActivePairing(routingToken, ENCRYPTION_KEY.encode(),
				List.of(ActivePairing.Key.of(this.world.approver.key(), this.world.now())), this.world.now());
		this.source.documents().update(name, (document) -> document.completed(active));
	}

	private Pairing pairing(String routingToken) {
		return new Pairing(routingToken, ENCRYPTION_KEY, List.of(this.world.approver.key()));
	}

}
