/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

/**
 * Tests for {@link RecordingTransactions} on H2.
 */
class H2RecordingTransactionsTests extends AbstractRecordingTransactionsTests {

	@Override
	TestDatabase database() {
		return TestDatabase.h2();
	}

}
