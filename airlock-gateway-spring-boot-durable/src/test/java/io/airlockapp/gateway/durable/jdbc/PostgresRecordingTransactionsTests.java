/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests for {@link RecordingTransactions} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.postgres", matches = "jdbc:postgresql:.*",
		disabledReason = "SKIPPED: no PostgreSQL is given by -Dtest.postgres")
class PostgresRecordingTransactionsTests extends AbstractRecordingTransactionsTests {

	@Override
	TestDatabase database() {
		return TestDatabase.postgres();
	}

}
