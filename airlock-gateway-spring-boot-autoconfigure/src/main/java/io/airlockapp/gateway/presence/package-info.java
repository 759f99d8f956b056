/**
 * Telling the gateway that this enforcer is present.
 */
@NullMarked
package io.airlockapp.gateway.presence;

import org.jspecify.annotations.NullMarked;
