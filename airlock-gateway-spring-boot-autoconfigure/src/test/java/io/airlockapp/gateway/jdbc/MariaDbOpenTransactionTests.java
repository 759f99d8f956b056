/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests for {@link IndependentTransactionTemplate} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
class MariaDbOpenTransactionTests extends AbstractOpenTransactionTests {

	@Override
	String url() {
		return System.getProperty("test.mariadb");
	}

}
