/**
 * Keeps pairings in a database.
 */
@NullMarked
package io.airlockapp.gateway.pairing.jdbc;

import org.jspecify.annotations.NullMarked;
