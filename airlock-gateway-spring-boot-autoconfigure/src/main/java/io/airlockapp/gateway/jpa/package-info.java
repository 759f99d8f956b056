/**
 * Database connections of JPA, which nobody needs while a person decides.
 */
@NullMarked
package io.airlockapp.gateway.jpa;

import org.jspecify.annotations.NullMarked;
