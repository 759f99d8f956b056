/**
 * Storage of entries in a database.
 */
@NullMarked
package io.airlockapp.gateway.store.jdbc;

import org.jspecify.annotations.NullMarked;
