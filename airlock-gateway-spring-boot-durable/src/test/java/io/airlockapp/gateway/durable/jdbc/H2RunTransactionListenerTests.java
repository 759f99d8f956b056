/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

/**
 * Tests for {@link RunTransactionListener} on H2.
 */
class H2RunTransactionListenerTests extends AbstractRunTransactionListenerTests {

	@Override
	TestDatabase database() {
		return TestDatabase.h2();
	}

}
