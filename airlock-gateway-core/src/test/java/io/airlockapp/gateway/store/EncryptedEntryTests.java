/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.util.List;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.store.PairingStore.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the form in which {@link EncryptingPairingStore} encrypts.
 */
class EncryptedEntryTests {

	private static final EncryptionKey KEY = EncryptionKey.parse("ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8");

	private final InMemoryPairingStore kept = new InMemoryPairingStore();

	private final EncryptingPairingStore store = new EncryptingPairingStore(this.kept, KEY, List.of());

	/**
	 * What another implementation of AES-256-GCM made of the text, the nonce 000102…0b
	 * and the additional data {@code airlock-encrypted:1:pairing}.
	 */
	@Test
	void readReturnsTextEncryptedElsewhere() {
		keep("pairing", "airlock-encrypted:1:AAECAwQFBgcICQoLcmmfEwjkrvpaFkENSTo5TksGXrc");
		assertThat(this.store.read("pairing")).isNotNull()
			.satisfies((entry) -> assertThat(entry.text()).isEqualTo("text"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "ß 漢字 \uD83D\uDD11" })
	void readReturnsEncryptedText(String text) {
		encrypt(this.store, text);
		assertThat(this.store.read("a")).isNotNull().satisfies((entry) -> assertThat(entry.text()).isEqualTo(text));
	}

	@Test
	void noticesEachChangedCharacter() {
		String encrypted = encrypt(this.store, "text");
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
		String encrypted = encrypt(this.store, "text");
		for (int i = 0; i < encrypted.length(); i++) {
			assertRefused("a", encrypted.substring(0, i));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "=", "A", "\n", "AAAA" })
	void readWhenCharactersAreAddedThrows(String added) {
		assertRefused("a", encrypt(this.store, "text") + added);
	}

	@Test
	void noticesAnotherName() {
		assertRefused("b", encrypt(this.store, "text"));
	}

	@Test
	void noticesAnotherKey() {
		assertRefused("a",
				encrypt(new EncryptingPairingStore(this.kept, EncryptionKey.of(new byte[32]), List.of()), "text"));
	}

	private String encrypt(EncryptingPairingStore with, String text) {
		assertThat(with.write("a", null, text)).isTrue();
		Entry entry = this.kept.read("a");
		assertThat(entry).isNotNull();
		return entry.text();
	}

	private void keep(String name, String text) {
		assertThat(this.kept.write(name, this.kept.read(name), text)).isTrue();
	}

	private void assertRefused(String name, String text) {
		keep(name, text);
		assertThatExceptionOfType(PairingStoreException.class).as(text).isThrownBy(() -> this.store.read(name));
	}

}
