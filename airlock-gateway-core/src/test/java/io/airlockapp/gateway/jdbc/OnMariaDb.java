/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests that need a MariaDB, which is given by {@code -Dtest.mariadb=jdbc:mariadb:...}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Tag("slow")
@EnabledIfSystemProperty(named = "test.mariadb", matches = "jdbc:mariadb:.*",
		disabledReason = "SKIPPED: no MariaDB is given by -Dtest.mariadb")
public @interface OnMariaDb {

}
