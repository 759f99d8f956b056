/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envelope around HARP messages.
 */
public final class HarpEnvelope {

	private static final String SENDER = "airlock-gateway-simulator";

	private static final Set<String> MEMBERS = Set.of("msgId", "msgType", "requestId", "createdAt", "expiresAt",
			"sender", "recipient", "trace", "body");

	private HarpEnvelope() {
	}

	/**
	 * Create an envelope from the gateway.
	 */
	public static ObjectNode of(String msgType, String requestId, Instant now, ObjectNode body) {
		ObjectNode envelope = HarpJson.mapper()
			.createObjectNode()
			.put("msgId", "msg-" + UUID.randomUUID())
			.put("msgType", msgType)
			.put("requestId", requestId)
			.put("createdAt", now.toString());
		envelope.putObject("sender").put("enforcerId", SENDER);
		envelope.set("body", body);
		return envelope;
	}

	/**
	 * Validate an enforcer's envelope.
	 * @return its sender
	 */
	public static String check(JsonBody envelope, String msgType) {
		checkMembers(envelope, msgType);
		return envelope.object("sender").text("enforcerId");
	}

	/**
	 * Validate an acknowledgement, whose sender may be an empty object.
	 */
	public static void checkAck(JsonBody envelope) {
		checkMembers(envelope, "ack.submit");
		envelope.object("sender").optionalText("enforcerId");
	}

	private static void checkMembers(JsonBody envelope, String msgType) {
		envelope.allowOnly(MEMBERS);
		envelope.text("msgId");
		envelope.text("requestId");
		envelope.instant("createdAt");
		if (!envelope.text("msgType").equals(msgType)) {
			throw GatewayRefusal.badRequest("'msgType' must be '%s'".formatted(msgType));
		}
	}

}
