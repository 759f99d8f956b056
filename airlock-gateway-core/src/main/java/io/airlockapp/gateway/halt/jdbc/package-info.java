/**
 * Storage of the halt in a database.
 */
@NullMarked
package io.airlockapp.gateway.halt.jdbc;

import org.jspecify.annotations.NullMarked;
