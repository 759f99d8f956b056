/**
 * The gateway's wire: its endpoints as one interface, the records that travel, and the
 * errors it answers with. This package decides nothing.
 */
@NullMarked
package io.airlockapp.gateway.client;

import org.jspecify.annotations.NullMarked;
