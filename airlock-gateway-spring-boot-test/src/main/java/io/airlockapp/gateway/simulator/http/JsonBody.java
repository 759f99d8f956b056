/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads the JSON object of a request strictly: anything unexpected results in a bad
 * request that names the member. A member that is {@code null} counts as absent.
 */
public final class JsonBody {

	private final JsonNode node;

	private final String path;

	private JsonBody(JsonNode node, String path) {
		this.node = node;
		this.path = path;
	}

	public static JsonBody parse(byte[] bytes) {
		JsonNode node;
		try {
			node = HarpJson.mapper().readTree(bytes);
		}
		catch (JacksonException ex) {
			throw GatewayRefusal.badRequest("The body is not JSON");
		}
		if (!node.isObject()) {
			throw GatewayRefusal.badRequest("The body is not a JSON object");
		}
		return new JsonBody(node, "");
	}

	public String text(String name) {
		String value = optionalText(name);
		if (value == null) {
			throw GatewayRefusal.badRequest("'%s%s' is missing".formatted(this.path, name));
		}
		return value;
	}

	public @Nullable String optionalText(String name) {
		JsonNode value = this.node.path(name);
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		if (!value.isString() || value.stringValue().isBlank()) {
			throw GatewayRefusal.badRequest("'%s%s' is not a text, or blank".formatted(this.path, name));
		}
		return value.stringValue();
	}

	public Instant instant(String name) {
		String value = text(name);
		try {
			return OffsetDateTime.parse(value).toInstant();
		}
		catch (DateTimeException ex) {
			throw GatewayRefusal.badRequest("'%s%s' is not a time of RFC 3339".formatted(this.path, name));
		}
	}

	public JsonBody object(String name) {
		JsonNode value = this.node.path(name);
		if (!value.isObject()) {
			throw GatewayRefusal.badRequest("'%s%s' is missing or not an object".formatted(this.path, name));
		}
		return new JsonBody(value, this.path + name + ".");
	}

	public Map<String, String> texts() {
		Map<String, String> result = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> member : this.node.properties()) {
			if (member.getValue().isNull()) {
				continue;
			}
			if (!member.getValue().isString()) {
				throw GatewayRefusal.badRequest("'%s%s' is not a text".formatted(this.path, member.getKey()));
			}
			result.put(member.getKey(), member.getValue().stringValue());
		}
		return result;
	}

	void allowOnly(Set<String> names) {
		for (String name : this.node.propertyNames()) {
			if (!names.contains(name)) {
				throw GatewayRefusal.badRequest("'%s%s' is not a member of this message".formatted(this.path, name));
			}
		}
	}

}
