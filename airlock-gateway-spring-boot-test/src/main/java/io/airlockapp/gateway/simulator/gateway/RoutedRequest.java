/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.JsonBody;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Request as passed to the endpoints.
 *
 * @param pathVariables the decoded variables of the path
 * @param query the decoded query
 * @param body the body
 */
public record RoutedRequest(List<String> pathVariables, Map<String, String> query, byte[] body) {

	String pathVariable() {
		return this.pathVariables.get(0);
	}

	@Nullable String query(String name) {
		return this.query.get(name);
	}

	String requiredQuery(String name) {
		String value = query(name);
		if (value == null || value.isBlank()) {
			throw GatewayRefusal.badRequest("The query parameter '%s' is missing".formatted(name));
		}
		return value;
	}

	/**
	 * Return the routing token of a submission, or an empty text.
	 */
	String routingToken() {
		try {
			return HarpJson.mapper().readTree(this.body).at("/body/metadata/routingToken").stringValue("");
		}
		catch (JacksonException ex) {
			return "";
		}
	}

	JsonBody json() {
		return JsonBody.parse(this.body);
	}

}
