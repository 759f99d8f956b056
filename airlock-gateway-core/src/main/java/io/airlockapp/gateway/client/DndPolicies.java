/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Do-not-disturb policies in force, unsigned. Malformed policies are omitted: policies
 * are only advisory, and without a policy approval is requested from a person.
 *
 * @param policies the policies
 */
public record DndPolicies(List<DndPolicy> policies) {

	public DndPolicies {
		policies = List.copyOf(policies);
	}

	/**
	 * Read the policies from the body of an envelope or from an array.
	 * @param json the response
	 * @return the policies
	 */
	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	static DndPolicies of(JsonNode json) {
		JsonNode array = json.isArray() ? json : json.path("body");
		Stream<JsonNode> elements = array.isArray() ? array.valueStream() : Stream.empty();
		return new DndPolicies(
				elements.filter(JsonNode::isObject).map(DndPolicies::read).flatMap(Optional::stream).toList());
	}

	private static Optional<DndPolicy> read(JsonNode json) {
		try {
			return Optional.of(HarpJson.mapper().readerFor(DndPolicy.class).readValue(json));
		}
		catch (JacksonException ex) {
			return Optional.empty();
		}
	}

}
