/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EncryptedText}.
 */
class EncryptedTextTests {

	private final EncryptionKey key = EncryptionKey.of(new byte[32]);

	private final String encrypted = EncryptedText.encrypt(this.key, "päirings".getBytes(StandardCharsets.UTF_8), "a");

	@Test
	void decryptWhenPlaceDiffersThrows() throws GeneralSecurityException {
		assertThat(EncryptedText.decrypt(this.key, this.encrypted, "a")).isEqualTo("päirings");
		assertRefused(this.encrypted, "b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "airlock-encrypted:v0:AAAA", "airlock-encrypted:" })
	void refusesAnotherFormat(String text) {
		assertRefused(text, "a");
	}

	@Test
	void refusesAnotherEncoding() {
		int start = this.encrypted.lastIndexOf(':') + 1;
		byte[] bytes = HarpBase64.decode(this.encrypted.substring(start));
		String prefix = this.encrypted.substring(0, start);
		assertThat(prefix + HarpBase64.encodeUrl(bytes)).isEqualTo(this.encrypted);
		assertRefused(prefix + HarpBase64.encode(bytes), "a");
		assertRefused(HarpBase64.encodeUrl(bytes), "a");
		assertRefused(this.encrypted + "*", "a");
	}

	@Test
	void isEncryptedRecognizesAllVersionsOfFormat() {
		assertThat(EncryptedText.isEncrypted(this.encrypted)).isTrue();
		assertThat(EncryptedText.isEncrypted("airlock-encrypted:v0:AAAA")).isTrue();
		assertThat(EncryptedText.isEncrypted("{}")).isFalse();
	}

	private void assertRefused(String text, String place) {
		assertThatExceptionOfType(GeneralSecurityException.class)
			.isThrownBy(() -> EncryptedText.decrypt(this.key, text, place));
	}

}
