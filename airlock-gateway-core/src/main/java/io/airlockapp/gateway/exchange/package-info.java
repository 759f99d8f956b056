/**
 * Implementation of {@link io.airlockapp.gateway.ExchangeOperations}: submits and
 * withdraws requests, and receives, verifies and acknowledges their decisions. Its entry
 * point is {@link io.airlockapp.gateway.exchange.ApprovalEnvironment}.
 */
@NullMarked
package io.airlockapp.gateway.exchange;

import org.jspecify.annotations.NullMarked;
