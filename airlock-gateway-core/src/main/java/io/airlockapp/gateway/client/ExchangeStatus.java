package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code exchange.status}.
 *
 * @param requestId the exchange's id
 * @param state the state of the exchange
 * @param createdAt the time at which it was created
 * @param expiresAt the time at which it expires
 * @param artifactHash the hash of its artifact
 * @param decision the decision, not verified, if there is one
 */
public record ExchangeStatus(@Nullable String requestId, @Nullable ExchangeState state, @Nullable String createdAt,
		@Nullable String expiresAt, @Nullable String artifactHash, @Nullable JsonNode decision) {
}
