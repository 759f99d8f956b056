/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import io.airlockapp.gateway.jdbc.OnPostgres;

/**
 * Tests for {@link RecordingTransactions} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresRecordingTransactionsTests extends AbstractRecordingTransactionsTests {

	@Override
	TestDatabase database() {
		return TestDatabase.postgres();
	}

}
