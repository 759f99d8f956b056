/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SignerKeyTests {

	private final DecisionSigner signer = new DecisionSigner("key-1");

	@Test
	void takesTheKeyInEachSpelling() {
		byte[] raw = this.signer.rawPublicKey();
		byte[] spki = Curve25519Keys.concat(Curve25519Keys.ED25519_SPKI_PREFIX, raw);
		assertThat(List.of(HarpBase64.encode(raw), HarpBase64.encodeUrl(raw), HarpBase64.encode(spki),
				HarpBase64.encodeUrl(spki)))
			.allSatisfy((text) -> assertThat(SignerKey.of("key-1", text)).isEqualTo(this.signer.key()));
	}

	@Test
	void keyIsReadAsEncoded() {
		assertThat(SignerKey.of("key-1", this.signer.key().encode())).isEqualTo(this.signer.key())
			.hasSameHashCodeAs(this.signer.key());
	}

	@Test
	void differsByIdAndByKey() {
		assertThat(this.signer.key()).isNotEqualTo(this.signer.keyNamed("key-2"))
			.doesNotHaveSameHashCodeAs(this.signer.keyNamed("key-2"));
		SignerKey other = new DecisionSigner("other").keyNamed("key-1");
		assertThat(this.signer.key()).isNotEqualTo(other).doesNotHaveSameHashCodeAs(other);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 31, 33, 43, 45, 64 })
	void refusesKeyOfAnotherSize(int size) {
		assertThatIllegalArgumentException().isThrownBy(() -> SignerKey.of("key-1", HarpBase64.encode(new byte[size])));
	}

	@Test
	void refusesKeyOfAnotherCurve() {
		byte[] x25519 = Curve25519Keys.concat(Curve25519Keys.X25519_SPKI_PREFIX, this.signer.rawPublicKey());
		assertThatIllegalArgumentException().isThrownBy(() -> SignerKey.of("key-1", HarpBase64.encode(x25519)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " " })
	void refusesBlankId(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> SignerKey.of(id, this.signer.key().encode()));
	}

	@ParameterizedTest
	@CsvSource({ "key-1, key-1, true", "key-1, 1, true", "1, key-1, true", "1, 1, true", "key-1, key-2, false",
			"key-1, key-key-1, false", "key-1, KEY-1, false", "key-1, key1, false", "key-1, '', false" })
	void isNamedComparesIdsWithOrWithoutPrefix(String id, String otherId, boolean named) {
		assertThat(this.signer.keyNamed(id).isNamed(otherId)).isEqualTo(named);
	}

	@Test
	void showsIdAndFingerprint() {
		SignerKey key = this.signer.key();
		assertThat(key.fingerprint()).matches("([0-9A-F]{2}:){7}[0-9A-F]{2}");
		assertThat(key).hasToString("SignerKey[id=key-1, fingerprint=%s]".formatted(key.fingerprint()));
	}

}
