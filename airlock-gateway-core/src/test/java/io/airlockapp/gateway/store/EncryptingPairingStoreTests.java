/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.EncryptedText;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.store.PairingStore.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EncryptingPairingStore} over files.
 */
class EncryptingPairingStoreTests extends AbstractPairingStoreTests {

	private static final String KEY = "ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8";

	private static final String OTHER_KEY = "9kMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8";

	@TempDir
	private Path parent;

	@Override
	protected PairingStore store() {
		return store(KEY);
	}

	private PairingStore store(String key) {
		return new EncryptingPairingStore(files(), EncryptionKey.parse(key), List.of());
	}

	private PairingStore files() {
		return new FilePairingStore(this.parent.resolve("pairing"), true);
	}

	private PairingStore plain() {
		return new EncryptingPairingStore(files(), null, List.of());
	}

	@Test
	void entryContainsNoPlainText() {
		storeWith(Map.of(this.name, SECRET));
		assertThat(read(files(), this.name).text()).matches("airlock-encrypted:1:[A-Za-z0-9_-]+")
			.doesNotContain("rt_7c1f");
	}

	@Test
	void encryptsTheSameTextAnotherWayEachTime() {
		PairingStore store = store();
		Set<String> nonces = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			assertThat(store.write(this.name, store.read(this.name), SECRET)).isTrue();
			String encrypted = read(files(), this.name).text();
			nonces.add(encrypted.substring(EncryptedText.PREFIX.length(), EncryptedText.PREFIX.length() + 16));
		}
		assertThat(nonces).hasSize(20);
	}

	@Test
	void anotherKeyNeitherReadsNorOverwrites() {
		storeWith(Map.of(this.name, SECRET));
		assertUntouched(store(OTHER_KEY), "cannot be decrypted");
	}

	@Test
	void previousKeysOnlyDecrypt() {
		storeWith(Map.of(this.name, SECRET));
		PairingStore replaced = new EncryptingPairingStore(files(), EncryptionKey.parse(OTHER_KEY),
				List.of(EncryptionKey.of(new byte[32]), EncryptionKey.parse(KEY)));
		assertThat(read(replaced, this.name).text()).isEqualTo(SECRET);
		assertThat(replaced.write(this.name, replaced.read(this.name), SECRET)).isTrue();
		assertThat(read(store(OTHER_KEY), this.name).text()).isEqualTo(SECRET);
		assertUntouched(store(), "airlock.gateway.pairing.store.previous-keys");
	}

	@Test
	void aChangedEntryIsRefused() {
		storeWith(Map.of(this.name, SECRET));
		change((text) -> text.substring(0, text.length() - 4) + "AAAA");
		assertUntouched(store(), "was changed");
	}

	@Test
	void anEntryOfAnotherNameIsRefused() {
		storeWith(Map.of(this.name, SECRET, "login", "{}"));
		change((text) -> read(files(), "login").text());
		assertUntouched(store(), "is another's");
	}

	@Test
	void anEntryThatWasNotEncryptedIsRefused() {
		assertThat(plain().write(this.name, null, SECRET)).isTrue();
		assertUntouched(store(), "is not encrypted");
	}

	@Test
	void anEntryOfALaterFormatIsRefused() {
		storeWith(Map.of(this.name, SECRET));
		change((text) -> text.replace(":1:", ":2:"));
		assertUntouched(store(), "cannot be decrypted");
	}

	@Test
	void anEncryptedEntryIsRefusedWithoutAKey() {
		storeWith(Map.of(this.name, SECRET));
		assertUntouched(plain(), "is encrypted, but 'airlock.gateway.pairing.store.key' is not set");
	}

	@Test
	void isReadOnlyWhenDelegateIsReadOnly() {
		ReadOnlyPairingStore readOnly = new ReadOnlyPairingStore();
		assertThat(new EncryptingPairingStore(readOnly, EncryptionKey.parse(KEY), List.of()).isReadOnly()).isTrue();
		assertThat(new EncryptingPairingStore(readOnly, null, List.of()).isReadOnly()).isTrue();
	}

	private void change(UnaryOperator<String> change) {
		Entry entry = read(files(), this.name);
		assertThat(files().write(this.name, entry, change.apply(entry.text()))).isTrue();
	}

	private void assertUntouched(PairingStore store, String told) {
		Entry kept = read(files(), this.name);
		assertFails(() -> store.read(this.name), told);
		for (Entry expected : new Entry[] { kept, null }) {
			assertFails(() -> store.write(this.name, expected, "2"), told);
			assertFails(() -> store.write(this.name, expected, null), told);
		}
		assertThat(files().read(this.name)).isEqualTo(kept);
	}

	private void assertFails(Runnable action, String told) {
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(action::run)
			.withMessageContainingAll(this.name, told, "'airlock.gateway.pairing.store.key'")
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.getCause()).doesNotContain("rt_7c1f", KEY, OTHER_KEY));
	}

}
