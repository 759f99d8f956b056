/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.jdbc.OnMariaDb;
import io.airlockapp.gateway.jdbc.Tables;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link DurableCrashTests} with a MariaDB that is given by
 * {@code -Dtest.mariadb=jdbc:mariadb:...}. It takes more than 20 minutes, and therefore
 * also requires {@code -Dtest.mariadb.crashes=true}.
 */
@EnabledIfSystemProperty(named = "test.mariadb.crashes", matches = "true",
		disabledReason = "SKIPPED: -Dtest.mariadb.crashes=true is not given")
@OnMariaDb
class MariaDbDurableCrashTests extends DurableCrashTests {

	@Override
	String newDatabase() {
		return Tables.createMariaDb();
	}

	@Override
	boolean isWaitingForRow(JdbcTemplate jdbc) {
		return jdbc.queryForObject("SELECT COUNT(*) FROM INFORMATION_SCHEMA.INNODB_TRX WHERE TRX_STATE = 'LOCK WAIT' "
				+ "AND TRX_QUERY LIKE '%AIRLOCK_DURABLE %'", Integer.class) > 0;
	}

	@Override
	void lock(JdbcTemplate jdbc) {
		jdbc.queryForObject("SELECT GET_LOCK(CONCAT(DATABASE(), '%s'), 60)".formatted(CrashTestApplication.LOCK),
				Integer.class);
	}

	@Override
	void unlock(JdbcTemplate jdbc) {
		jdbc.queryForObject("SELECT RELEASE_ALL_LOCKS()", Integer.class);
	}

}
