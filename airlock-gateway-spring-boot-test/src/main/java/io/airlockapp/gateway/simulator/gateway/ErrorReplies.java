/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Instant;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HarpEnvelope;
import io.airlockapp.gateway.simulator.http.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates error responses in the gateway's two forms: in an envelope for requests that
 * use HARP, and otherwise plain.
 */
public final class ErrorReplies {

	private ErrorReplies() {
	}

	public static Reply of(GatewayRefusal refusal, @Nullable SimulatorCall call, @Nullable String requestId,
			Instant now) {
		if (call != null && call.speaksHarp() && refusal.status() != 401) {
			return Reply.json(refusal.status(), refusal.headers(), envelope(refusal, requestId, now));
		}
		ObjectNode plain = HarpJson.mapper()
			.createObjectNode()
			.put("error", refusal.code())
			.put("message", refusal.message());
		refusal.details().forEach(plain::put);
		return Reply.json(refusal.status(), refusal.headers(), plain);
	}

	private static ObjectNode envelope(GatewayRefusal refusal, @Nullable String requestId, Instant now) {
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("code", refusal.code())
			.put("message", refusal.message());
		if (requestId != null) {
			body.put("requestId", requestId);
		}
		if (!refusal.details().isEmpty()) {
			ObjectNode details = body.putObject("details");
			refusal.details().forEach(details::put);
		}
		ObjectNode envelope = HarpEnvelope.of("error", (requestId != null) ? requestId : "", now, body);
		if (requestId == null) {
			envelope.remove("requestId");
		}
		return envelope;
	}

}
