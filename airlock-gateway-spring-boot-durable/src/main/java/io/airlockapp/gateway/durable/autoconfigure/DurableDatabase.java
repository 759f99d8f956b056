package io.airlockapp.gateway.durable.autoconfigure;

import javax.sql.DataSource;

/**
 * Database in which calls are recorded.
 *
 * @param dataSource the source of connections
 */
record DurableDatabase(DataSource dataSource) {
}
