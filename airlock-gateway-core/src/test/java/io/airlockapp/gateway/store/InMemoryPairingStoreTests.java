/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

/**
 * Tests for {@link InMemoryPairingStore}.
 */
class InMemoryPairingStoreTests extends AbstractPairingStoreTests {

	private final PairingStore store = new InMemoryPairingStore();

	@Override
	protected PairingStore store() {
		return this.store;
	}

}
