/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code exchange.status}.
 *
 * @param requestId the exchange's id
 * @param state the state of the exchange
 * @param createdAt the time at which the exchange was created
 * @param expiresAt the time at which the exchange expires
 * @param artifactHash the hash of the artifact
 * @param decision the decision, not verified, or {@code null} if there is none
 */
public record ExchangeStatus(@Nullable String requestId, @Nullable ExchangeState state, @Nullable String createdAt,
		@Nullable String expiresAt, @Nullable String artifactHash, @Nullable JsonNode decision) {

	@JsonCreator
	static ExchangeStatus read(@JsonProperty("requestId") @Nullable String requestId,
			@JsonProperty("state") @Nullable ExchangeState state,
			@JsonProperty("createdAt") @Nullable JsonNode createdAt,
			@JsonProperty("expiresAt") @Nullable JsonNode expiresAt,
			@JsonProperty("artifactHash") @Nullable String artifactHash,
			@JsonProperty("decision") @Nullable JsonNode decision) {
		return new ExchangeStatus(requestId, state, Envelope.text(createdAt), Envelope.text(expiresAt), artifactHash,
				decision);
	}

}
