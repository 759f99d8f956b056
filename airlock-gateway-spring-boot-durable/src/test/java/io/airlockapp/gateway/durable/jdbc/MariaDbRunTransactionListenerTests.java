/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests for {@link RunTransactionListener} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
class MariaDbRunTransactionListenerTests extends AbstractRunTransactionListenerTests {

	@Override
	TestDatabase database() {
		return TestDatabase.mariaDb();
	}

}
