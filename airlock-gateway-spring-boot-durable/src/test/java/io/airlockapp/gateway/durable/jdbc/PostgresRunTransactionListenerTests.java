/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import io.airlockapp.gateway.jdbc.OnPostgres;

/**
 * Tests for {@link RunTransactionListener} on a PostgreSQL that is given by
 * {@code -Dtest.postgres=jdbc:postgresql:...}.
 */
@OnPostgres
class PostgresRunTransactionListenerTests extends AbstractRunTransactionListenerTests {

	@Override
	TestDatabase database() {
		return TestDatabase.postgres();
	}

}
