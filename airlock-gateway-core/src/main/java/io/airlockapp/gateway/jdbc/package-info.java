/**
 * Transactions that have no part in those of the application.
 */
@NullMarked
package io.airlockapp.gateway.jdbc;

import org.jspecify.annotations.NullMarked;
