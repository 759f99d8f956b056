/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Instant;

import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds a decision as received.
 *
 * @param message the decision, not verified
 * @param msgId the id of the message to acknowledge, or {@code null} if there was none
 * @param receivedAt the time at which it was received
 */
public record ReceivedDecision(DecisionMessage message, @Nullable String msgId, Instant receivedAt) {

	private static final int MAX_MSG_ID = 256;

	static ReceivedDecision of(Envelope<JsonNode> envelope, Instant receivedAt) {
		String msgId = envelope.msgId();
		// It is kept, so one that no gateway assigns is not acknowledged
		boolean usable = msgId != null && VisibleAscii.matches(msgId, MAX_MSG_ID);
		return new ReceivedDecision(
				new DecisionMessage(envelope.msgType(), envelope.requestId(), envelope.expiresAt(), envelope.body()),
				usable ? msgId : null, receivedAt);
	}

	/**
	 * Return the decision in the status of an exchange. A status may contain it in part,
	 * or in another form than the one that was signed.
	 * @param status the status
	 * @param requestId the exchange's id
	 * @param receivedAt the time at which it was received
	 * @return the decision, or {@code null} if there is none
	 */
	static @Nullable ReceivedDecision find(ExchangeStatus status, String requestId, Instant receivedAt) {
		JsonNode decision = status.decision();
		if (decision == null || !requestId.equals(status.requestId())) {
			return null;
		}
		return new ReceivedDecision(new DecisionMessage(DecisionMessage.MSG_TYPE, requestId, null, decision), null,
				receivedAt);
	}

	/**
	 * Return whether this is a rejection, as far as is known before it is verified.
	 * @return whether its content, which is signed, says so
	 */
	public boolean isRejection() {
		JsonNode body = this.message.body();
		return body != null && "reject".equals(body.path("decision").stringValue(null));
	}

}
