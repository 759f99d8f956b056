/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ArtifactCipherPropertyTests {

	@Property(tries = 300)
	void opensWhatWasSealed(@ForAll @Size(32) byte[] key, @ForAll byte[] plaintext) {
		Ciphertext ciphertext = ArtifactCipher.seal(EncryptionKey.of(key), plaintext);
		assertThat(ArtifactCipher.open(EncryptionKey.of(key), ciphertext)).isEqualTo(plaintext);
	}

	@Property(tries = 20)
	void refusesAnyFlippedBit(@ForAll @Size(32) byte[] raw, @ForAll @NotEmpty @Size(max = 40) byte[] plaintext) {
		EncryptionKey key = EncryptionKey.of(raw);
		Ciphertext sealed = ArtifactCipher.seal(key, plaintext);
		Bits.flipEach(HarpBase64.decode(sealed.data()),
				(data) -> assertRefused(key, HarpBase64.encode(data), sealed.nonce(), sealed.tag()));
		Bits.flipEach(HarpBase64.decode(sealed.nonce()),
				(nonce) -> assertRefused(key, sealed.data(), HarpBase64.encode(nonce), sealed.tag()));
		Bits.flipEach(HarpBase64.decode(sealed.tag()),
				(tag) -> assertRefused(key, sealed.data(), sealed.nonce(), HarpBase64.encode(tag)));
		Bits.flipEach(raw, (other) -> assertThatIllegalArgumentException()
			.isThrownBy(() -> ArtifactCipher.open(EncryptionKey.of(other), sealed)));
	}

	private static void assertRefused(EncryptionKey key, String data, String nonce, String tag) {
		Ciphertext changed = new Ciphertext(ArtifactCipher.ALGORITHM, data, nonce, tag);
		assertThatIllegalArgumentException().isThrownBy(() -> ArtifactCipher.open(key, changed));
	}

}
