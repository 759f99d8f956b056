/**
 * Request budget in a database.
 */
@NullMarked
package io.airlockapp.gateway.client.ratelimit.jdbc;

import org.jspecify.annotations.NullMarked;
