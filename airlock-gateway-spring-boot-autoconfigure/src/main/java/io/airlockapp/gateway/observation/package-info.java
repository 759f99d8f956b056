/**
 * Approvals as observations and meters of Micrometer.
 */
@NullMarked
package io.airlockapp.gateway.observation;

import org.jspecify.annotations.NullMarked;
