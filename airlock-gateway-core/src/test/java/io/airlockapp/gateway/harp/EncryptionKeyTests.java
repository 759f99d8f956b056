/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EncryptionKeyTests {

	@Test
	void refusesSixteenByteKeyThatWouldMeanAes128() {
		assertThatIllegalArgumentException().isThrownBy(() -> EncryptionKey.of(new byte[16]));
		assertThatIllegalArgumentException().isThrownBy(() -> EncryptionKey.parse("AAAAAAAAAAAAAAAAAAAAAA"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 24, 31, 33, 64 })
	void refusesKeyOfAnotherSize(int size) {
		assertThatIllegalArgumentException().isThrownBy(() -> EncryptionKey.of(new byte[size]));
	}

	@Test
	void parseReadsEncodedKey() {
		EncryptionKey key = EncryptionKey.of(bytes());
		assertThat(EncryptionKey.parse(key.encode())).isEqualTo(key).hasSameHashCodeAs(key);
		assertThat(EncryptionKey.parse(HarpBase64.encode(bytes()))).isEqualTo(key);
	}

	@Test
	void keepsItsOwnCopy() {
		byte[] bytes = bytes();
		EncryptionKey key = EncryptionKey.of(bytes);
		bytes[31]++;
		assertThat(key).isEqualTo(EncryptionKey.of(bytes()));
		assertThat(key).isNotEqualTo(EncryptionKey.of(bytes)).doesNotHaveSameHashCodeAs(EncryptionKey.of(bytes));
	}

	@Test
	void derivesKeysByPurpose() {
		EncryptionKey key = EncryptionKey.of(bytes());
		assertThat(key.derive("a")).isEqualTo(EncryptionKey.of(bytes()).derive("a"))
			.isEqualTo(EncryptionKey.of(Hkdf.derive(bytes(), new byte[] { 'a' })))
			.isNotIn(key, key.derive("b"), key.derive("a").derive("a"));
	}

	@Test
	void neverShowsTheKey() {
		assertThat(EncryptionKey.of(bytes())).hasToString("EncryptionKey[secret]");
		assertThatIllegalArgumentException().isThrownBy(() -> EncryptionKey.parse("secret*secret"))
			.withMessageNotContaining("secret*");
	}

	private static byte[] bytes() {
		byte[] bytes = new byte[32];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) (i * 9);
		}
		return bytes;
	}

}
