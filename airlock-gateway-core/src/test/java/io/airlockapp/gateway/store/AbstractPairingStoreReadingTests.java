/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

import io.airlockapp.gateway.store.PairingStore.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Base class of the tests for reading a {@link PairingStore}.
 */
public abstract class AbstractPairingStoreReadingTests {

	/**
	 * A text that must not be told to anybody.
	 */
	protected static final String SECRET = "{\"routingToken\":\"rt_7c1f\"}";

	/**
	 * A name that no other test uses.
	 */
	protected final String name = "pairing-" + UUID.randomUUID();

	/**
	 * Return a store that has these entries.
	 */
	protected abstract PairingStore storeWith(Map<String, String> entries);

	/**
	 * Read an entry that is there.
	 */
	protected static Entry read(PairingStore store, String name) {
		Entry entry = store.read(name);
		assertThat(entry).isNotNull();
		return entry;
	}

	@Test
	void readWhenEntryIsMissingReturnsNull() {
		assertThat(storeWith(Map.of()).read(this.name)).isNull();
	}

	@Test
	void readReturnsEntry() {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
		assertThat(store.read(this.name + "1")).isNull();
	}

	@Test
	void readsTheSameVersionAgain() {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		assertThat(read(store, this.name)).isEqualTo(read(store, this.name));
	}

	@Test
	void sameTextsUnderTwoNamesHaveTwoVersions() {
		PairingStore store = storeWith(Map.of(this.name, SECRET, this.name + "1", SECRET));
		assertThat(read(store, this.name).version()).isNotEqualTo(read(store, this.name + "1").version());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\n", "two\nlines\r\nand\ttabs ", "äöü ß € 漢字 \uD83D\uDD11",
			"\uFEFF\uFFFF\u202E\u0001", "'; DROP TABLE AIRLOCK_PAIRING; --" })
	void readsAnyText(String text) {
		assertThat(read(storeWith(Map.of(this.name, text)), this.name).text()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "é", "漢", "\uD83D\uDD11" })
	void readsTextsOf64Kilobytes(String character) {
		String text = character.repeat(64 * 1024 / character.getBytes(StandardCharsets.UTF_8).length);
		assertThat(read(storeWith(Map.of(this.name, text)), this.name).text()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "a", "7", "a.b-c", "a..b", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" })
	void readAcceptsValidNames(String name) {
		assertThat(storeWith(Map.of()).read(name)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "../a", "a/b", "a\\b", "/a", ".a", "a.", "-a", "a-", "A", "a b", "a\n", "ä",
			"a\0", "a%", "a:b", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0" })
	void readWhenNameIsInvalidThrows(String name) {
		PairingStore store = storeWith(Map.of());
		assertThatIllegalArgumentException().isThrownBy(() -> store.read(name)).withMessageContaining("name");
		assertThatIllegalArgumentException().isThrownBy(() -> store.write(name, null, SECRET))
			.withMessageContaining("name");
		assertThatIllegalArgumentException().isThrownBy(() -> store.write(name, null, null))
			.withMessageContaining("name");
	}

	@Test
	void doesNotShowTexts() {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		assertThat(store.toString() + store.read(this.name)).doesNotContain("rt_7c1f");
	}

}
