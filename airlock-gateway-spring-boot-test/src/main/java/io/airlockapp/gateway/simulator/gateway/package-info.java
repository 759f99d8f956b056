/**
 * Simulated gateway: its exchanges, pairings, policies and users.
 */
@NullMarked
package io.airlockapp.gateway.simulator.gateway;

import org.jspecify.annotations.NullMarked;
