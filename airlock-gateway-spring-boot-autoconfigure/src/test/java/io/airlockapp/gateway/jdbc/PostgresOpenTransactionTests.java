/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests for {@link IndependentTransactionTemplate} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "test.postgres", matches = "jdbc:postgresql:.*",
		disabledReason = "SKIPPED: no PostgreSQL is given by -Dtest.postgres")
class PostgresOpenTransactionTests extends AbstractOpenTransactionTests {

	@Override
	String url() {
		return System.getProperty("test.postgres");
	}

}
