/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.GeneralSecurityException;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AesGcm}.
 */
class AesGcmTests {

	private static final byte[] PLAINTEXT = { 1, 2, 3 };

	private static final byte[] DATA = { 4, 5 };

	private final EncryptionKey key = EncryptionKey.of(new byte[32]);

	@Test
	void decryptsWhatWasEncrypted() throws GeneralSecurityException {
		assertThat(AesGcm.decrypt(this.key, AesGcm.encrypt(this.key, PLAINTEXT, DATA), DATA)).isEqualTo(PLAINTEXT);
		assertThat(AesGcm.decrypt(this.key, AesGcm.encrypt(this.key, new byte[0], DATA), DATA)).isEmpty();
	}

	@Test
	void refusesOtherAssociatedData() {
		byte[] encrypted = AesGcm.encrypt(this.key, PLAINTEXT, DATA);
		assertRefused(encrypted, new byte[] { 4, 6 });
		assertRefused(encrypted, new byte[0]);
	}

	@Test
	void decryptWhenShorterThanNonceAndTagThrows() {
		byte[] encrypted = AesGcm.encrypt(this.key, new byte[0], DATA);
		for (int length = 0; length < encrypted.length; length++) {
			assertRefused(Arrays.copyOf(encrypted, length), DATA);
		}
	}

	private void assertRefused(byte[] encrypted, byte[] data) {
		assertThatExceptionOfType(GeneralSecurityException.class)
			.isThrownBy(() -> AesGcm.decrypt(this.key, encrypted, data));
	}

}
