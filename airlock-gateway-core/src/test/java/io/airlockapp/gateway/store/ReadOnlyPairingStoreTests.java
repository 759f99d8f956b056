/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ReadOnlyPairingStore}.
 */
class ReadOnlyPairingStoreTests {

	private final PairingStore store = new ReadOnlyPairingStore();

	@Test
	void storeIsReadOnly() {
		assertThat(this.store.isReadOnly()).isTrue();
	}

	@Test
	void readReturnsNull() {
		assertThat(this.store.read("pairing.default")).isNull();
	}

	@Test
	void writeThrowsAndNamesProperty() {
		for (String text : new String[] { "{\"routingToken\":\"rt_7c1f\"}", null }) {
			assertThatExceptionOfType(PairingStoreException.class)
				.isThrownBy(() -> this.store.write("pairing.default", null, text))
				.withMessageContainingAll("pairing.default", "properties", "'airlock.gateway.pairing.store.type'")
				.withMessageNotContaining("rt_7c1f");
		}
	}

	@Test
	void readOrWriteWhenNameIsInvalidThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.read("../a")).withMessageContaining("name");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.write("../a", null, "1"))
			.withMessageContaining("name");
	}

}
