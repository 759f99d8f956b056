/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

/**
 * Tests for {@link IndependentTransactionTemplate} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresOpenTransactionTests extends AbstractOpenTransactionTests {

	@Override
	String url() {
		return System.getProperty("test.postgres");
	}

}
