/**
 * Creation of missing tables in the application's database.
 */
@NullMarked
package io.airlockapp.gateway.jdbc.init;

import org.jspecify.annotations.NullMarked;
