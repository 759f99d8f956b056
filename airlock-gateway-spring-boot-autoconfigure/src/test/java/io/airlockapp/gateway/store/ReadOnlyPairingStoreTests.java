package io.airlockapp.gateway.store;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ReadOnlyPairingStore}.
 */
class ReadOnlyPairingStoreTests extends AbstractPairingStoreReadingTests {

	@Override
	protected PairingStore storeWith(Map<String, String> entries) {
		return new ReadOnlyPairingStore(entries);
	}

	@Test
	void isReadOnly() {
		assertThat(storeWith(Map.of()).isReadOnly()).isTrue();
	}

	@Test
	void everyWriteFailsAndTellsHowToKeepPairings() {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		for (String text : new String[] { "2", null }) {
			assertThatExceptionOfType(PairingStoreException.class)
				.isThrownBy(() -> store.write(this.name, read(store, this.name), text))
				.withMessageContainingAll(this.name, "properties", "'airlock.gateway.pairing.store.type'")
				.withMessageNotContaining("rt_7c1f");
		}
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
	}

	@Test
	void laterChangesOfTheMapDoNotMatter() {
		Map<String, String> entries = new HashMap<>(Map.of(this.name, "1"));
		PairingStore store = storeWith(entries);
		entries.clear();
		assertThat(read(store, this.name).text()).isEqualTo("1");
	}

	@Test
	void refusesEntriesWithoutAName() {
		assertThatIllegalArgumentException().isThrownBy(() -> storeWith(Map.of("../a", SECRET)))
			.withMessageContaining("name");
	}

}
