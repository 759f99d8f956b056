package io.airlockapp.gateway.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * HARP envelope. Times are RFC 3339 texts in UTC, kept as sent.
 *
 * @param msgId the message's id, {@code msg-} and a random UUID
 * @param msgType the message's type
 * @param requestId the exchange's id, {@code req-} and a random UUID
 * @param createdAt the time at which the message was created
 * @param expiresAt the time at which the message expires
 * @param sender the sender
 * @param recipient the recipient
 * @param trace trace context
 * @param body the content of the message
 * @param <T> the type of the body
 */
public record Envelope<T>(@Nullable String msgId, @Nullable String msgType, @Nullable String requestId,
		@Nullable String createdAt, @Nullable String expiresAt, @Nullable Sender sender, @Nullable JsonNode recipient,
		@Nullable JsonNode trace, @Nullable T body) {

	/**
	 * Create an envelope with a new message id.
	 * @param msgType the message's type
	 * @param requestId the exchange's id
	 * @param createdAt when the message is made
	 * @param expiresAt when it expires, if ever
	 * @param enforcerId the id of the enforcer that sends it
	 * @param body what the message says
	 * @param <T> the type of the body
	 * @return the envelope
	 */
	public static <T> Envelope<T> of(String msgType, String requestId, Instant createdAt, @Nullable Instant expiresAt,
			String enforcerId, T body) {
		return new Envelope<>("msg-" + UUID.randomUUID(), msgType, requestId, timestamp(createdAt),
				(expiresAt != null) ? timestamp(expiresAt) : null, new Sender(enforcerId), null, null, body);
	}

	/**
	 * Return this envelope with the context of the trace that it belongs to.
	 * @param context the trace context by name; nothing is sent if it is empty
	 * @return the envelope
	 */
	public Envelope<T> withTrace(Map<String, String> context) {
		ObjectNode traceNode = JsonNodeFactory.instance.objectNode();
		context.forEach(traceNode::put);
		return new Envelope<>(this.msgId, this.msgType, this.requestId, this.createdAt, this.expiresAt, this.sender,
				this.recipient, context.isEmpty() ? null : traceNode, this.body);
	}

	/**
	 * Write a time as HARP does: RFC 3339, UTC, milliseconds.
	 * @param instant the time
	 * @return its text
	 */
	public static String timestamp(Instant instant) {
		return instant.truncatedTo(ChronoUnit.MILLIS).toString();
	}

	@Override
	public String toString() {
		return "Envelope[msgType=%s, requestId=%s]".formatted(this.msgType, this.requestId);
	}

	/**
	 * Sender of a message.
	 *
	 * @param enforcerId the enforcer's id
	 */
	public record Sender(@Nullable String enforcerId) {
	}

}
