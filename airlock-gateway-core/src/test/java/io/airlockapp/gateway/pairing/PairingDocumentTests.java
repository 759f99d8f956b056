/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PairingDocumentTests {

	private static final EncryptionKey KEY = EncryptionKey.of(new byte[32]);

	private static final Instant NOW = PairingWorld.START;

	private final SignerKey first = new TestApprover().key();

	private final SignerKey second = new TestApprover().key();

	private final PairingDocument paired = PairingDocument.EMPTY.completed(pairing(this.first));

	@Test
	void replacedKeysAreRetired() {
		PairingDocument replaced = this.paired.completed(pairing(this.second));
		assertThat(replaced.retiredKeys()).extracting(ActivePairing.Key::toSignerKey).containsExactly(this.first);
	}

	/**
	 * The phone keeps its key.
	 */
	@Test
	void keyThatWasRevokedAndPairedAgainIsRetiredForItsLaterPairingOnly() {
		EncryptionKey later = EncryptionKey.of("later-encryption-key-of-the-same".getBytes());
		for (PairingDocument revoked : List.of(this.paired.marked(new Revocation(NOW, Revoker.GATEWAY)),
				this.paired.cleared(new Revocation(NOW, Revoker.OPERATOR)), this.paired.withoutKey("key-1"))) {
			Pairing replaced = revoked.completed(pairing(this.first, later))
				.completed(pairing(this.second, EncryptionKey.of("last-encryption-key-of-the-phone".getBytes())))
				.toPairing();
			assertThat(replaced.keysFor(KEY.id(), List.of(this.first))).isEmpty();
			assertThat(replaced.keysFor(later.id(), List.of(this.first))).containsExactly(this.first, this.second);
		}
	}

	@Test
	void latestRetiredKeysAreKept() {
		PairingDocument document = this.paired;
		for (int i = 0; i < 20; i++) {
			document = document.completed(pairing(this.second));
		}
		assertThat(document.retiredKeys().subList(0, 16)).extracting(ActivePairing.Key::toSignerKey)
			.containsOnly(this.second);
	}

	/**
	 * It must not count for a call of its owner, even if somebody else has that phone.
	 */
	@Test
	void keyRemainsKnownAfterAnotherPhoneWasPairedAgainAndAgain() {
		PairingDocument document = this.paired;
		for (int i = 0; i < 40; i++) {
			document = document.completed(pairing(this.second));
		}
		assertThat(document.keys()).contains(this.first);
		assertThat(document.retiredKeys()).hasSize(17);
		assertThat(document.toPairing().retiredKeys().values()).noneMatch((keys) -> keys.contains(this.first));
	}

	@Test
	void keyRemainsKnownAsRevokedAfterAnotherPhoneWasPairedAgainAndAgain() {
		PairingDocument document = this.paired;
		for (int i = 0; i < 20; i++) {
			Instant at = NOW.plusSeconds(i);
			document = document
				.completed(new ActivePairing("rt-1", KEY.encode(), List.of(ActivePairing.Key.of(this.second, at)), at));
		}
		Revocation revocation = new Revocation(NOW, Revoker.OPERATOR);
		SignerKey third = new TestApprover().key();
		for (PairingDocument revoked : List.of(document.cleared(revocation), document.marked(revocation))) {
			PairingDocument again = revoked.completed(pairing(third));
			assertThat(again.keys()).containsExactly(third, this.second, this.first);
			assertThat(again.hasRevoked(List.of(this.first))).isTrue();
		}
	}

	@Test
	void revokedKeysAreNotRetired() {
		assertThat(this.paired.withoutKey("key-1").completed(pairing(this.second)).retiredKeys()).isEmpty();
	}

	@Test
	void retiredKeysCanBeRevoked() {
		PairingDocument replaced = this.paired.completed(pairing(this.second));
		assertThat(replaced.withoutKey("key-1").retiredKeys()).isEmpty();
	}

	@Test
	void keysOfARevokedPairingAreNotRetired() {
		for (Revoker revoker : Revoker.values()) {
			PairingDocument marked = this.paired.marked(new Revocation(NOW, revoker));
			assertThat(marked.completed(pairing(this.second)).retiredKeys()).isEmpty();
			assertThat(marked.completed(pairing(this.second)).inForce()).isNotNull();
		}
	}

	@Test
	void keysOfARevokedPairingRemainKnownAsRevoked() {
		PairingDocument rotated = this.paired.completed(pairing(this.second));
		List<PairingDocument> revoked = List.of(rotated.marked(new Revocation(NOW, Revoker.GATEWAY)),
				rotated.cleared(new Revocation(NOW, Revoker.OPERATOR)));
		SignerKey third = new TestApprover().key();
		for (PairingDocument document : revoked) {
			assertThat(document.inForce()).isNull();
			assertThat(document.keys()).containsExactly(this.second, this.first);
			PairingDocument again = document.completed(pairing(third));
			assertThat(again.toPairing()).isNotNull()
				.satisfies((pairing) -> assertThat(pairing.rawKeys()).containsExactly(third.encode()));
			assertThat(again.keys()).containsExactly(third, this.second, this.first);
			assertThat(again.hasRevoked(List.of(this.first))).isTrue();
			assertThat(again.hasRevoked(List.of(third))).isFalse();
			assertThat(again.hasRevoked(List.of(new TestApprover().key()))).isFalse();
		}
	}

	@Test
	void revokedKeysRemainKnownAfterFurtherChanges() {
		SignerKey third = new TestApprover().key();
		Revocation revocation = new Revocation(NOW, Revoker.OPERATOR);
		PairingDocument rotated = this.paired.completed(pairing(this.second));
		for (PairingDocument revoked : List.of(this.paired.marked(revocation), this.paired.cleared(revocation),
				this.paired.withoutKey("key-1"), rotated.withoutKey("key-1"), rotated.marked(revocation),
				this.paired.cleared(revocation).withoutKey("key-1"),
				this.paired.marked(revocation).withoutKey("key-1"))) {
			PairingDocument replaced = revoked.completed(pairing(this.second)).completed(pairing(third));
			assertThat(replaced.keys()).contains(this.first);
			assertThat(replaced.hasRevoked(List.of(this.first))).isTrue();
			assertThat(replaced.toPairing()).isNotNull()
				.satisfies((pairing) -> assertThat(pairing.keysFor(KEY.id(), List.of(this.first)))
					.doesNotContain(this.first));
		}
	}

	@Test
	void keyThatIsPairedAgainIsNotRevoked() {
		PairingDocument again = this.paired.marked(new Revocation(NOW, Revoker.GATEWAY)).completed(pairing(this.first));
		assertThat(again.keys()).containsExactly(this.first);
		assertThat(again.hasRevoked(List.of(this.first))).isFalse();
	}

	@Test
	void attemptAndFailureKeepActivePairing() {
		PairingAttempt attempt = PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-1", NOW);
		assertThat(this.paired.attempting(attempt).inForce()).isEqualTo(this.paired.active());
		assertThat(this.paired.attempting(attempt).failed(new PairingDocument.Failure(NOW, "No", null)).inForce())
			.isEqualTo(this.paired.active());
	}

	@Test
	void privateKeyIsForgottenWhenThePairingEnds() {
		PairingDocument attempting = this.paired
			.attempting(PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-1", NOW));
		assertThat(attempting.completed(pairing(this.second)).attempt()).isNull();
		assertThat(attempting.failed(new PairingDocument.Failure(NOW, "No", null)).attempt()).isNull();
		assertThat(attempting.cleared(new Revocation(NOW, Revoker.OPERATOR)).attempt()).isNull();
	}

	@Test
	void remembersTheLastCodes() {
		PairingDocument document = PairingDocument.EMPTY;
		for (int i = 0; i < 20; i++) {
			document = document
				.attempting(PairingAttempt.claiming(PairingKeyAgreement.generate(), digest("code-" + i), NOW))
				.completed(pairing(this.first));
		}
		assertThat(document.wasClaimed(digest("code-19"))).isTrue();
		assertThat(document.wasClaimed(digest("code-4"))).isTrue();
		assertThat(document.wasClaimed(digest("code-3"))).isFalse();
		assertThat(document.cleared(new Revocation(NOW, Revoker.OPERATOR)).wasClaimed(digest("code-19"))).isTrue();
	}

	/**
	 * A code in the configuration must not replace a later pairing at a restart.
	 */
	@Test
	void failedCodeIsUsedOnceAnotherPairingBegins() {
		PairingDocument failed = claiming(this.paired).failed(failure());
		assertThat(failed.wasClaimed(digest("code"))).isFalse();
		assertThat(claiming(failed).wasClaimed(digest("code"))).isFalse();
		PairingAttempt other = PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-1", NOW);
		assertThat(failed.attempting(other).wasClaimed(digest("code"))).isTrue();
		assertThat(failed.completed(pairing(this.second)).wasClaimed(digest("code"))).isTrue();
		assertThat(failed.cleared(new Revocation(NOW, Revoker.OPERATOR)).wasClaimed(digest("code"))).isTrue();
	}

	@Test
	void codeThatTheGatewayAcceptedIsUsedWhenItFails() {
		PairingDocument claiming = claiming(this.paired);
		PairingAttempt accepted = Objects.requireNonNull(claiming.attempt()).claimed("pn-1", "rt-1", NOW);
		assertThat(claiming.attempting(accepted).failed(failure()).wasClaimed(digest("code"))).isTrue();
	}

	private static PairingDocument claiming(PairingDocument document) {
		return document.attempting(PairingAttempt.claiming(PairingKeyAgreement.generate(), digest("code"), NOW));
	}

	private static PairingDocument.Failure failure() {
		return new PairingDocument.Failure(NOW, "No", digest("code"));
	}

	private static ActivePairing pairing(SignerKey key) {
		return pairing(key, KEY);
	}

	private static ActivePairing pairing(SignerKey key, EncryptionKey encryptionKey) {
		return new ActivePairing("rt-1", encryptionKey.encode(), List.of(ActivePairing.Key.of(key, NOW)), NOW);
	}

	private static String digest(String code) {
		return ArtifactHash.of(code.getBytes(StandardCharsets.UTF_8));
	}

}
