package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code exchange.status}.
 *
 * @param requestId the exchange's id
 * @param state where the exchange stands
 * @param createdAt when it was created
 * @param expiresAt when it expires
 * @param artifactHash the hash of its artifact
 * @param decision the decision, not verified, if there is one
 */
public record ExchangeStatus(@Nullable String requestId, @Nullable ExchangeState state, @Nullable String createdAt,
		@Nullable String expiresAt, @Nullable String artifactHash, @Nullable JsonNode decision) {
}
