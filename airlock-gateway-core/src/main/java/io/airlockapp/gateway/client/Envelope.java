/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * HARP envelope. Times are RFC 3339 texts in UTC, preserved as received.
 *
 * @param msgId the message's id, {@code msg-} and a random UUID
 * @param msgType the message's type
 * @param requestId the exchange's id, {@code req-} and a random UUID
 * @param createdAt the time at which the message was created
 * @param expiresAt the time at which the message expires
 * @param sender the sender
 * @param recipient the recipient
 * @param trace the trace context
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
	 * @param createdAt the time of creation
	 * @param expiresAt the time of expiry, or {@code null} for none
	 * @param enforcerId the id of the sending enforcer
	 * @param body the content of the message
	 * @param <T> the type of the body
	 * @return the envelope
	 */
	public static <T> Envelope<T> of(String msgType, String requestId, Instant createdAt, @Nullable Instant expiresAt,
			String enforcerId, T body) {
		return new Envelope<>("msg-" + UUID.randomUUID(), msgType, requestId, timestamp(createdAt),
				(expiresAt != null) ? timestamp(expiresAt) : null, new Sender(enforcerId), null, null, body);
	}

	/**
	 * Read an envelope. Members that nothing depends on are ignored if they have another
	 * type, so that they do not make a decision unreadable.
	 */
	@JsonCreator
	static <T> Envelope<T> read(@JsonProperty("msgId") @Nullable String msgId,
			@JsonProperty("msgType") @Nullable String msgType, @JsonProperty("requestId") @Nullable String requestId,
			@JsonProperty("createdAt") @Nullable JsonNode createdAt,
			@JsonProperty("expiresAt") @Nullable JsonNode expiresAt, @JsonProperty("sender") @Nullable JsonNode sender,
			@JsonProperty("recipient") @Nullable JsonNode recipient, @JsonProperty("trace") @Nullable JsonNode trace,
			@JsonProperty("body") @Nullable T body) {
		String enforcerId = (sender != null) ? text(sender.get("enforcerId")) : null;
		return new Envelope<>(msgId, msgType, requestId, text(createdAt), text(expiresAt),
				(enforcerId != null) ? new Sender(enforcerId) : null, recipient, trace, body);
	}

	static @Nullable String text(@Nullable JsonNode node) {
		return (node != null && node.isString()) ? node.stringValue() : null;
	}

	/**
	 * Return a copy of this envelope with the given trace context.
	 * @param context the trace context by name; if empty, none is sent
	 * @return the envelope
	 */
	public Envelope<T> withTrace(Map<String, String> context) {
		ObjectNode traceNode = JsonNodeFactory.instance.objectNode();
		context.forEach(traceNode::put);
		return new Envelope<>(this.msgId, this.msgType, this.requestId, this.createdAt, this.expiresAt, this.sender,
				this.recipient, context.isEmpty() ? null : traceNode, this.body);
	}

	/**
	 * Format a time as in HARP: RFC 3339, UTC, truncated to milliseconds.
	 * @param instant the time
	 * @return the formatted time
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
