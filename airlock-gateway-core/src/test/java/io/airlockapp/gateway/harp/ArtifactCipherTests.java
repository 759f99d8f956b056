/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ArtifactCipherTests {

	private static final byte[] PLAINTEXT = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

	private final EncryptionKey key = EncryptionKey.of(new byte[32]);

	private final Ciphertext sealed = ArtifactCipher.seal(this.key, PLAINTEXT);

	@ParameterizedTest
	@ValueSource(ints = { 96, 104, 112, 120 })
	void refusesShortTagThatTheJcaWouldTake(int bits) throws GeneralSecurityException {
		byte[] nonce = HarpBase64.decode(this.sealed.nonce());
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.ENCRYPT_MODE, this.key.asSecretKey(), new GCMParameterSpec(bits, nonce));
		byte[] output = cipher.doFinal(PLAINTEXT);
		Ciphertext ciphertext = new Ciphertext("AES-256-GCM",
				HarpBase64.encode(Arrays.copyOf(output, PLAINTEXT.length)), this.sealed.nonce(),
				HarpBase64.encode(Arrays.copyOfRange(output, PLAINTEXT.length, output.length)));
		assertThatIllegalArgumentException().isThrownBy(() -> ArtifactCipher.open(this.key, ciphertext))
			.withMessageContaining("'tag'");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 8, 11, 13, 16 })
	void refusesNonceOfAnotherSize(int size) {
		Ciphertext ciphertext = new Ciphertext("AES-256-GCM", this.sealed.data(), HarpBase64.encode(new byte[size]),
				this.sealed.tag());
		assertThatIllegalArgumentException().isThrownBy(() -> ArtifactCipher.open(this.key, ciphertext))
			.withMessageContaining("'nonce'");
	}

	@Test
	void refusesTagThatBordersOnTheData() {
		byte[] data = HarpBase64.decode(this.sealed.data());
		byte[] tag = HarpBase64.decode(this.sealed.tag());
		byte[] longerTag = Curve25519Keys.concat(Arrays.copyOfRange(data, data.length - 1, data.length), tag);
		Ciphertext ciphertext = new Ciphertext("AES-256-GCM", HarpBase64.encode(Arrays.copyOf(data, data.length - 1)),
				this.sealed.nonce(), HarpBase64.encode(longerTag));
		assertThatIllegalArgumentException().isThrownBy(() -> ArtifactCipher.open(this.key, ciphertext));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "AES-128-GCM", "aes-256-gcm", "none" })
	void refusesAnotherAlgorithm(String alg) {
		Ciphertext ciphertext = new Ciphertext(alg, this.sealed.data(), this.sealed.nonce(), this.sealed.tag());
		assertThatIllegalArgumentException().isThrownBy(() -> ArtifactCipher.open(this.key, ciphertext));
	}

	@Test
	void refusesAnotherKey() {
		byte[] other = new byte[32];
		other[31] = 1;
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ArtifactCipher.open(EncryptionKey.of(other), this.sealed));
	}

	@Test
	void neverUsesNonceTwice() {
		Ciphertext again = ArtifactCipher.seal(this.key, PLAINTEXT);
		assertThat(again.nonce()).isNotEqualTo(this.sealed.nonce());
		assertThat(again.data()).isNotEqualTo(this.sealed.data());
	}

	@Test
	void writesStandardBase64OfTheRightSizes() {
		assertThat(this.sealed.alg()).isEqualTo("AES-256-GCM");
		assertThat(this.sealed.nonce()).matches("[A-Za-z0-9+/]{16}");
		assertThat(this.sealed.tag()).matches("[A-Za-z0-9+/]{22}==");
		assertThat(HarpBase64.decode(this.sealed.data())).hasSameSizeAs(PLAINTEXT);
	}

}
