/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

/**
 * Tests for {@link JdbcDurableCallStore} on H2.
 */
class H2JdbcDurableCallStoreTests extends AbstractJdbcDurableCallStoreTests {

	@Override
	TestDatabase database() {
		return TestDatabase.h2();
	}

}
