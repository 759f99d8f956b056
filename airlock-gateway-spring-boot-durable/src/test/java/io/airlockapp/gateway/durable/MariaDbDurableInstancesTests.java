/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.jdbc.Tables;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * {@link DurableInstancesTests} with a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
class MariaDbDurableInstancesTests extends DurableInstancesTests {

	@Override
	String newDatabase() {
		return Tables.createMariaDb();
	}

}
