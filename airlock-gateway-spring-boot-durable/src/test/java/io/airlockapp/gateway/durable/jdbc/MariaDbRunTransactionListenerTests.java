/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import io.airlockapp.gateway.jdbc.OnMariaDb;

/**
 * Tests for {@link RunTransactionListener} on a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@OnMariaDb
class MariaDbRunTransactionListenerTests extends AbstractRunTransactionListenerTests {

	@Override
	TestDatabase database() {
		return TestDatabase.mariaDb();
	}

}
