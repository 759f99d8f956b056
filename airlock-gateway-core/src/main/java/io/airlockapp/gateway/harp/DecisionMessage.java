/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Decision as delivered by the untrusted gateway. Its content must not be relied upon
 * before {@link DecisionVerifier} has verified it.
 *
 * @param msgType the envelope's message type
 * @param requestId the envelope's request id
 * @param expiresAt the envelope's expiry
 * @param body the decision's members
 */
public record DecisionMessage(@Nullable String msgType, @Nullable String requestId, @Nullable String expiresAt,
		@Nullable JsonNode body) {

	/**
	 * The message type of a decision.
	 */
	public static final String MSG_TYPE = "decision.deliver";

	@Override
	public String toString() {
		return "DecisionMessage[msgType=%s, requestId=%s]".formatted(this.msgType, this.requestId);
	}

}
