/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.harp.DecisionMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds a decision as received.
 *
 * @param message the decision, not verified
 * @param msgId the id of the message to acknowledge, or {@code null} if there was none
 */
public record DecisionDelivery(DecisionMessage message, @Nullable String msgId) {

	static DecisionDelivery of(Envelope<JsonNode> envelope) {
		return new DecisionDelivery(
				new DecisionMessage(envelope.msgType(), envelope.requestId(), envelope.expiresAt(), envelope.body()),
				envelope.msgId());
	}

	/**
	 * Return the decision in the status of an exchange. A status may contain only a part
	 * of it, which cannot be verified.
	 * @param status the status
	 * @param requestId the exchange's id
	 * @return the decision, or {@code null} if there is none with a signature
	 */
	static @Nullable DecisionDelivery find(ExchangeStatus status, String requestId) {
		JsonNode decision = status.decision();
		if (decision == null || !decision.path("signature").isString() || !requestId.equals(status.requestId())) {
			return null;
		}
		return new DecisionDelivery(new DecisionMessage(DecisionMessage.MSG_TYPE, requestId, null, decision), null);
	}

}
