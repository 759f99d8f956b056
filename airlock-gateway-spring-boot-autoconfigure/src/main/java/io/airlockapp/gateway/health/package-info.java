/**
 * Actuator health.
 */
@NullMarked
package io.airlockapp.gateway.health;

import org.jspecify.annotations.NullMarked;
