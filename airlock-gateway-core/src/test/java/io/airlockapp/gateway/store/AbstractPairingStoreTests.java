/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.airlockapp.gateway.store.PairingStore.Entry;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base class of the tests for a writable {@link PairingStore}.
 */
public abstract class AbstractPairingStoreTests extends AbstractPairingStoreReadingTests {

	private static final int THREADS = 8;

	private static final int ROUNDS = 10;

	/**
	 * Return a store as another instance of the application would have it.
	 */
	protected abstract PairingStore store();

	@Override
	protected PairingStore storeWith(Map<String, String> entries) {
		PairingStore store = store();
		entries.forEach((name, text) -> assertThat(store.write(name, null, text)).isTrue());
		return store;
	}

	@Test
	void storeIsNotReadOnly() {
		assertThat(store().isReadOnly()).isFalse();
	}

	@Test
	void anotherInstanceReadsWhatWasWritten() {
		assertThat(store().write(this.name, null, SECRET)).isTrue();
		assertThat(read(store(), this.name).text()).isEqualTo(SECRET);
	}

	@Test
	void writeWhenEntryWasReadReplacesIt() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		assertThat(store.write(this.name, read(store, this.name), "2")).isTrue();
		assertThat(read(store(), this.name).text()).isEqualTo("2");
	}

	@Test
	void writeWhenAnotherInstanceReadEntryReplacesIt() {
		Entry entry = read(storeWith(Map.of(this.name, "1")), this.name);
		assertThat(store().write(this.name, entry, "2")).isTrue();
		assertThat(read(store(), this.name).text()).isEqualTo("2");
	}

	@Test
	void writeWhenEntryHasChangedFails() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		Entry stale = read(store, this.name);
		assertThat(store().write(this.name, stale, "2")).isTrue();
		assertThat(store.write(this.name, stale, "3")).isFalse();
		assertThat(store.write(this.name, stale, null)).isFalse();
		assertThat(read(store, this.name).text()).isEqualTo("2");
	}

	@Test
	void writeWhenEntryIsNotExpectedFails() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		assertThat(store.write(this.name, null, "2")).isFalse();
		assertThat(store.write(this.name, null, null)).isFalse();
		assertThat(read(store, this.name).text()).isEqualTo("1");
	}

	@Test
	void removeWhenEntryWasReadSucceeds() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		assertThat(store.write(this.name, read(store, this.name), null)).isTrue();
		assertThat(store().read(this.name)).isNull();
	}

	@Test
	void removeWhenEntryIsMissingSucceeds() {
		assertThat(store().write(this.name, null, null)).isTrue();
		assertThat(store().read(this.name)).isNull();
	}

	@Test
	void writeWhenEntryWasRemovedFails() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		Entry removed = read(store, this.name);
		assertThat(store.write(this.name, removed, null)).isTrue();
		assertThat(store.write(this.name, removed, "2")).isFalse();
		assertThat(store.write(this.name, removed, null)).isFalse();
		assertThat(store.read(this.name)).isNull();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sameTextWrittenAgainHasAnotherVersion(boolean removed) {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		Entry first = read(store, this.name);
		if (removed) {
			assertThat(store.write(this.name, first, null)).isTrue();
			assertThat(store.write(this.name, null, "1")).isTrue();
		}
		else {
			assertThat(store.write(this.name, first, "1")).isTrue();
		}
		assertThat(read(store, this.name).version()).isNotEqualTo(first.version());
		assertThat(store.write(this.name, first, "2")).isFalse();
		assertThat(read(store, this.name).text()).isEqualTo("1");
	}

	@Test
	void removeKeepsOtherEntries() {
		PairingStore store = storeWith(Map.of(this.name, "1", this.name + "1", "2"));
		assertThat(store.write(this.name, read(store, this.name), null)).isTrue();
		assertThat(read(store, this.name + "1").text()).isEqualTo("2");
	}

	@Test
	void oneOfManyThatCreateAnEntryWins() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			String name = this.name + round;
			assertThat(concurrently((thread) -> store().write(name, null, thread))).containsOnlyOnce(true);
		}
	}

	@Test
	void oneOfManyThatReplaceAnEntryWins() throws Exception {
		PairingStore store = storeWith(Map.of(this.name, "0"));
		Set<String> versions = new HashSet<>();
		for (int round = 0; round < ROUNDS; round++) {
			Entry entry = read(store, this.name);
			versions.add(entry.version());
			List<Boolean> won = concurrently((thread) -> store().write(this.name, entry, thread));
			assertThat(won).containsOnlyOnce(true);
			assertThat(read(store, this.name).text()).isEqualTo(String.valueOf(won.indexOf(true)));
		}
		assertThat(versions).hasSize(ROUNDS);
	}

	@Test
	void oneOfManyThatRemoveOrReplaceAnEntryWins() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			String name = this.name + round;
			Entry entry = read(storeWith(Map.of(name, "x")), name);
			List<Boolean> won = concurrently(
					(thread) -> store().write(name, entry, thread.equals("0") ? null : thread));
			assertThat(won).containsOnlyOnce(true);
			Entry left = store().read(name);
			assertThat((left != null) ? left.text() : "0").isEqualTo(String.valueOf(won.indexOf(true)));
		}
	}

	private static List<Boolean> concurrently(Function<String, Boolean> write) throws Exception {
		return Concurrently.call(IntStream.range(0, THREADS)
			.mapToObj(String::valueOf)
			.map((thread) -> (Callable<Boolean>) () -> write.apply(thread))
			.toList());
	}

}
