/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * HTTP response.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body, empty for none
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {

	public static Reply json(int status, JsonNode node) {
		return json(status, Map.of(), node);
	}

	public static Reply json(int status, Map<String, String> headers, JsonNode node) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		all.put("Content-Type", "application/json");
		return new Reply(status, all, node.toString().getBytes(StandardCharsets.UTF_8));
	}

	public static Reply noContent() {
		return new Reply(204, Map.of(), new byte[0]);
	}

}
