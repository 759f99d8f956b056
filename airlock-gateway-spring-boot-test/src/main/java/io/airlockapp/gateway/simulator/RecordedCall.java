/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Request that reached the gateway.
 *
 * @param call the kind of request, or {@code null} if the gateway does not support it
 * @param method the HTTP method
 * @param path the path as sent, with the query
 * @param headers the headers by name, in any case; the first value of each
 * @param body the body as text, empty if there was none
 * @param at the time at which it arrived
 * @param status the status of the response, or {@code null} if there is none (yet)
 */
public record RecordedCall(@Nullable SimulatorCall call, String method, String path, Map<String, String> headers,
		String body, Instant at, @Nullable Integer status) {

	/**
	 * Create a call with a copy of the headers.
	 */
	public RecordedCall {
		Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		copy.putAll(headers);
		headers = Collections.unmodifiableMap(copy);
	}

	/**
	 * Return a header.
	 * @param name the header's name, in any case
	 * @return its first value, or {@code null} if it was not sent
	 */
	public @Nullable String header(String name) {
		return this.headers.get(name);
	}

	/**
	 * Return the body as JSON.
	 * @return the body
	 * @throws tools.jackson.core.JacksonException if the body is not JSON
	 */
	public JsonNode json() {
		return HarpJson.mapper().readTree(this.body);
	}

	RecordedCall withStatus(int newStatus) {
		return new RecordedCall(this.call, this.method, this.path, this.headers, this.body, this.at, newStatus);
	}

	/**
	 * Return the call's line without headers and body, which contain secrets.
	 */
	@Override
	public String toString() {
		return "%s %s -> %s".formatted(this.method.toUpperCase(Locale.ROOT), this.path,
				(this.status != null) ? this.status : "no response");
	}

}
