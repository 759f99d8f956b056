/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.util.UUID;

/**
 * Tests for {@link IndependentTransactionTemplate} on H2.
 */
class H2OpenTransactionTests extends AbstractOpenTransactionTests {

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	@Override
	String url() {
		return this.url;
	}

}
