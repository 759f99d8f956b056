/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PairingKeyAgreementTests {

	private final PairingKeyAgreement ours = PairingKeyAgreement.generate();

	private final PairingKeyAgreement theirs = PairingKeyAgreement.generate();

	@Test
	void bothSidesDeriveTheSameKey() {
		assertThat(this.ours.deriveEncryptionKey(this.theirs.publicKey()))
			.isEqualTo(this.theirs.deriveEncryptionKey(this.ours.publicKey()));
	}

	@Test
	void eachPairingHasItsOwnKey() {
		assertThat(this.ours.publicKey()).isNotEqualTo(this.theirs.publicKey());
		assertThat(this.ours.deriveEncryptionKey(this.theirs.publicKey()))
			.isNotEqualTo(PairingKeyAgreement.generate().deriveEncryptionKey(this.theirs.publicKey()));
	}

	@Test
	void takesThePeerKeyInEachSpelling() {
		byte[] raw = HarpBase64.decode(this.theirs.publicKey());
		byte[] spki = Curve25519Keys.concat(Curve25519Keys.X25519_SPKI_PREFIX, raw);
		EncryptionKey derived = this.ours.deriveEncryptionKey(this.theirs.publicKey());
		assertThat(List.of(HarpBase64.encode(raw), HarpBase64.encodeUrl(raw), HarpBase64.encode(spki),
				HarpBase64.encodeUrl(spki)))
			.allSatisfy((peerKey) -> assertThat(this.ours.deriveEncryptionKey(peerKey)).isEqualTo(derived));
	}

	/**
	 * The Montgomery form of each small-order point of the Edwards curve is
	 * {@code u = (1 + y) / (1 - y)}; -1 is a small-order point of the curve's twist.
	 */
	static Stream<byte[]> smallOrderKeys() {
		Stream<BigInteger> onCurve = Edwards25519.smallOrderPoints()
			.stream()
			.map(Edwards25519.Point::y)
			.filter((y) -> !y.equals(BigInteger.ONE))
			.map((y) -> Edwards25519.divide(BigInteger.ONE.add(y), BigInteger.ONE.subtract(y)));
		Stream<BigInteger> others = Stream.of(Edwards25519.FIELD.subtract(BigInteger.ONE), Edwards25519.FIELD,
				Edwards25519.FIELD.add(BigInteger.ONE));
		return Stream.concat(onCurve, others)
			.distinct()
			.flatMap((u) -> Stream.of(Edwards25519.encode(u, false), Edwards25519.encode(u, true)));
	}

	@ParameterizedTest
	@MethodSource("smallOrderKeys")
	void refusesPeerKeyOfSmallOrder(byte[] key) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.ours.sharedSecret(key))
			.withMessageContaining("small order");
		assertThatIllegalArgumentException().isThrownBy(() -> this.ours.deriveEncryptionKey(HarpBase64.encodeUrl(key)));
	}

	@Test
	void smallOrderKeysAreTheSevenKnownOnesWithEitherTopBit() {
		assertThat(smallOrderKeys()).hasSize(14);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 31, 33, 43, 45 })
	void refusesPeerKeyOfAnotherSize(int size) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.ours.deriveEncryptionKey(HarpBase64.encodeUrl(new byte[size])));
	}

	@Test
	void refusesPeerKeyOfAnotherCurve() {
		byte[] ed25519 = Curve25519Keys.concat(Curve25519Keys.ED25519_SPKI_PREFIX,
				HarpBase64.decode(this.theirs.publicKey()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.ours.deriveEncryptionKey(HarpBase64.encode(ed25519)));
	}

	@Test
	void refusesPeerKeyThatIsNotBase64WithoutRepeatingIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.ours.deriveEncryptionKey("not*base64"))
			.withMessageNotContaining("not*base64");
	}

	@Test
	void restoresKeyPair() {
		byte[] privateKey = new byte[32];
		Arrays.fill(privateKey, (byte) 7);
		PairingKeyAgreement restored = PairingKeyAgreement.of(privateKey, new byte[32]);
		assertThat(restored.sharedSecret(HarpBase64.decode(this.ours.publicKey())))
			.isEqualTo(PairingKeyAgreement.of(privateKey, new byte[32])
				.sharedSecret(HarpBase64.decode(this.ours.publicKey())));
		assertThat(restored.encodePrivateKey()).isEqualTo(HarpBase64.encodeUrl(privateKey));
		assertThatIllegalArgumentException().isThrownBy(() -> PairingKeyAgreement.of(new byte[31], new byte[32]));
		assertThatIllegalArgumentException().isThrownBy(() -> PairingKeyAgreement.of(new byte[32], new byte[33]));
	}

}
