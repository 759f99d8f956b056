/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.jdbc.OnMariaDb;
import io.airlockapp.gateway.jdbc.Tables;

/**
 * {@link DurableInstancesTests} with a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@OnMariaDb
class MariaDbDurableInstancesTests extends DurableInstancesTests {

	@Override
	String newDatabase() {
		return Tables.createMariaDb();
	}

}
