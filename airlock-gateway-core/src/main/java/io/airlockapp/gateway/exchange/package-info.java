/**
 * The engine behind {@link io.airlockapp.gateway.ExchangeOperations}: submits requests,
 * has their decisions received and verified, withdraws and acknowledges. Its entrance is
 * {@link io.airlockapp.gateway.exchange.ApprovalEnvironment}.
 */
@NullMarked
package io.airlockapp.gateway.exchange;

import org.jspecify.annotations.NullMarked;
