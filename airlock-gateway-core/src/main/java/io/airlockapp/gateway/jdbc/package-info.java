/**
 * Transactions that are independent of those of the application.
 */
@NullMarked
package io.airlockapp.gateway.jdbc;

import org.jspecify.annotations.NullMarked;
