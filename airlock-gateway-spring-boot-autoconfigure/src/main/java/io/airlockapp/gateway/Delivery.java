package io.airlockapp.gateway;

import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.harp.DecisionMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A decision as received.
 *
 * @param message the decision, not verified
 * @param msgId the id to acknowledge, if it was delivered as a message
 */
record Delivery(DecisionMessage message, @Nullable String msgId) {

	static Delivery of(Envelope<JsonNode> envelope) {
		return new Delivery(
				new DecisionMessage(envelope.msgType(), envelope.requestId(), envelope.expiresAt(), envelope.body()),
				envelope.msgId());
	}

	/**
	 * Find the decision in the status of an exchange.
	 * @param status the status
	 * @return the decision, or {@code null} if there is none
	 */
	static @Nullable Delivery find(ExchangeStatus status) {
		if (status.decision() == null || !status.decision().isObject()) {
			return null;
		}
		return new Delivery(new DecisionMessage(DecisionMessage.MSG_TYPE, status.requestId(), null, status.decision()),
				null);
	}

}
