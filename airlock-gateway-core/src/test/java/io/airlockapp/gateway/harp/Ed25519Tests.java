/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigInteger;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class Ed25519Tests {

	private static final byte[] MESSAGE = { 1, 2, 3 };

	private static final Set<Edwards25519.Point> smallOrderPoints = Edwards25519.smallOrderPoints();

	private final DecisionSigner signer = new DecisionSigner("key-1");

	private final PublicKey key = Ed25519.publicKey(this.signer.rawPublicKey());

	private final byte[] signature = this.signer.sign(MESSAGE);

	@Test
	void verifiesExactlyWhatWasSigned() {
		assertThat(Ed25519.verify(this.key, MESSAGE, this.signature)).isTrue();
		assertThat(Ed25519.verify(this.key, new byte[] { 1, 2, 4 }, this.signature)).isFalse();
		assertThat(Ed25519.verify(this.key, new byte[0], this.signature)).isFalse();
	}

	@Test
	void refusesSixtyFiveByteSignatureEndingInZero() {
		assertThat(Ed25519.verify(this.key, MESSAGE, Arrays.copyOf(this.signature, 65))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 32, 63, 65, 66, 128 })
	void refusesSignatureOfAnotherSize(int size) {
		assertThat(Ed25519.verify(this.key, MESSAGE, Arrays.copyOf(this.signature, size))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 })
	void refusesSignatureWhoseSIsNotBelowTheOrder(int multiple) {
		BigInteger s = Edwards25519.decode(Arrays.copyOfRange(this.signature, 32, 64));
		BigInteger malleated = s.add(Edwards25519.ORDER.multiply(BigInteger.valueOf(multiple)));
		assertThat(Ed25519.verify(this.key, MESSAGE, withS(malleated))).isFalse();
		assertThat(Ed25519.verify(this.key, MESSAGE, withS(s))).isTrue();
	}

	@Test
	void refusesSignatureOfZeros() {
		assertThat(Ed25519.verify(this.key, MESSAGE, new byte[64])).isFalse();
	}

	@Test
	void thereAreEightPointsOfSmallOrder() {
		assertThat(smallOrderPoints).hasSize(8)
			.allSatisfy((point) -> assertThat(point.times(BigInteger.valueOf(8)).y()).isEqualTo(BigInteger.ONE));
	}

	static Stream<byte[]> smallOrderKeys() {
		return smallOrderPoints.stream()
			.map(Edwards25519.Point::y)
			.distinct()
			.flatMap((y) -> Stream.of(Edwards25519.encode(y, false), Edwards25519.encode(y, true)));
	}

	@ParameterizedTest
	@MethodSource("smallOrderKeys")
	void refusesKeyOfSmallOrderWithEitherSign(byte[] key) {
		assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.publicKey(key))
			.withMessageContaining("small order");
		assertThatIllegalArgumentException().isThrownBy(() -> SignerKey.of("key-1", HarpBase64.encode(key)));
	}

	@Test
	void smallOrderKeysCoverEveryEncodingOfTheEightPoints() {
		assertThat(smallOrderKeys().map(HarpBase64::encode).distinct()).hasSize(10)
			.containsAll(smallOrderPoints.stream().map((point) -> HarpBase64.encode(point.encode())).toList());
	}

	static Stream<byte[]> nonCanonicalKeys() {
		return IntStream.range(0, 19)
			.mapToObj((i) -> Edwards25519.FIELD.add(BigInteger.valueOf(i)))
			.flatMap((y) -> Stream.of(Edwards25519.encode(y, false), Edwards25519.encode(y, true)));
	}

	@ParameterizedTest
	@MethodSource("nonCanonicalKeys")
	void refusesKeyThatIsNotCanonical(byte[] key) {
		assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.publicKey(key))
			.withMessageContaining("not canonical");
	}

	@Test
	void takesKeysOnTheCurveAndRefusesOthers() {
		for (int i = 2; i < 200; i++) {
			BigInteger y = BigInteger.valueOf(i);
			byte[] key = Edwards25519.encode(y, false);
			if (Edwards25519.isOnCurve(y)) {
				assertThat(Ed25519.publicKey(key)).isNotNull();
			}
			else {
				assertThatIllegalArgumentException().isThrownBy(() -> Ed25519.publicKey(key));
			}
		}
	}

	@Test
	void publicKeyWhenRuntimeHasNoEd25519ThrowsWithMessage() {
		byte[] key = this.signer.rawPublicKey();
		Provider provider = Security.getProvider("SunEC");
		int position = Arrays.asList(Security.getProviders()).indexOf(provider) + 1;
		Security.removeProvider(provider.getName());
		try {
			assertThatIllegalStateException().isThrownBy(() -> Ed25519.publicKey(key))
				.withMessageContaining("This Java runtime has no Ed25519");
		}
		finally {
			Security.insertProviderAt(provider, position);
		}
	}

	private byte[] withS(BigInteger s) {
		byte[] result = Arrays.copyOf(this.signature, 64);
		System.arraycopy(Edwards25519.encode(s, false), 0, result, 32, 32);
		return result;
	}

}
