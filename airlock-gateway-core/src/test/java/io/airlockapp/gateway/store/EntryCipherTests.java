package io.airlockapp.gateway.store;

import java.security.GeneralSecurityException;

import io.airlockapp.gateway.harp.EncryptionKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EntryCipher}.
 */
class EntryCipherTests {

	private static final EncryptionKey KEY = EncryptionKey.parse("ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8");

	private final EntryCipher cipher = new EntryCipher(KEY);

	/**
	 * What another implementation of AES-256-GCM made of the text, the nonce 000102…0b
	 * and the additional data {@code airlock-encrypted:1:pairing}.
	 */
	@Test
	void decryptsWhatWasEncryptedElsewhere() throws GeneralSecurityException {
		assertThat(this.cipher.decrypt("pairing", "airlock-encrypted:1:AAECAwQFBgcICQoLcmmfEwjkrvpaFkENSTo5TksGXrc"))
			.isEqualTo("text");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "ß 漢字 \uD83D\uDD11" })
	void decryptsWhatItEncrypted(String text) throws GeneralSecurityException {
		assertThat(this.cipher.decrypt("a", this.cipher.encrypt("a", text))).isEqualTo(text);
	}

	@Test
	void noticesEachChangedCharacter() {
		String encrypted = this.cipher.encrypt("a", "text");
		for (int i = 0; i < encrypted.length(); i++) {
			for (char changed : "AQgw9=:\n".toCharArray()) {
				if (encrypted.charAt(i) != changed) {
					assertRefused("a", encrypted.substring(0, i) + changed + encrypted.substring(i + 1));
				}
			}
		}
	}

	@Test
	void noticesEachTruncation() {
		String encrypted = this.cipher.encrypt("a", "text");
		for (int i = 0; i < encrypted.length(); i++) {
			assertRefused("a", encrypted.substring(0, i));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "=", "A", "\n", "AAAA" })
	void noticesWhatWasAdded(String added) {
		assertRefused("a", this.cipher.encrypt("a", "text") + added);
	}

	@Test
	void noticesAnotherName() {
		assertRefused("b", this.cipher.encrypt("a", "text"));
	}

	@Test
	void noticesAnotherKey() {
		EntryCipher other = new EntryCipher(EncryptionKey.of(new byte[32]));
		assertRefused("a", other.encrypt("a", "text"));
	}

	private void assertRefused(String name, String text) {
		assertThatExceptionOfType(GeneralSecurityException.class).as(text)
			.isThrownBy(() -> this.cipher.decrypt(name, text));
	}

}
