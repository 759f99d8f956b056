/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code exchange.status}.
 *
 * @param requestId the exchange's id
 * @param state the state of the exchange
 * @param artifactHash the hash of the artifact
 * @param decision the decision, not verified, or {@code null} if there is none
 */
public record ExchangeStatus(@Nullable String requestId, @Nullable ExchangeState state, @Nullable String artifactHash,
		@Nullable JsonNode decision) {
}
