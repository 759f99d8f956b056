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
